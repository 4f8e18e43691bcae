import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import type { AttackParams, AttackProgress } from "../../../src/compute/attack/requests.js";
import { BlindspotError } from "../../../src/compute/errors.js";
import type { InspectParams } from "../../../src/compute/modelDetails/requests.js";
import { ComputeClient } from "../../../src/compute/process/client.js";
import { describeEnd } from "../../../src/compute/process/hostProcess.js";
import type { HostSettings } from "../../../src/compute/process/requests.js";
import type { ComputeProcessOptions, ComputeState } from "../../../src/compute/process/restartingProcess.js";

const hostPath = fileURLToPath(new URL("fakeHost.mjs", import.meta.url));
const settings: HostSettings = {
	backend: "auto",
	nativePath: null,
	loadTimeoutSeconds: 10,
	readerMemoryMiB: 256,
	modelCacheMiB: 1,
};

const clients: ComputeClient[] = [];
afterEach(async () => {
	await Promise.all(clients.splice(0).map((client) => client.dispose()));
});

function newClient(options: Partial<ComputeProcessOptions> = {}): ComputeClient {
	const silent = () => undefined;
	const client = new ComputeClient({
		hostPath,
		settings: () => ({ host: settings, memoryMiB: 256 }),
		log: { info: silent, warn: silent, error: silent },
		...options,
	});
	clients.push(client);
	return client;
}

const inspection = (path: string): InspectParams => ({
	model: { path, configuration: null, preprocessing: {}, classesFile: null },
});

const attack = (path: string): AttackParams => ({
	run: "run-1",
	model: inspection(path).model,
	data: { kind: "pictures", paths: [] },
	options: { method: "closest", effort: "normal", target: { kind: "any" }, budget: null },
	seed: 1,
	npz: null,
	out: null,
	keepPixels: true,
});

const kinds = (states: readonly ComputeState[]) => states.map((state) => state.kind);

describe("compute client", () => {
	it.runIf(process.platform === "linux")(
		"notices a process that a signal holds, and restarts it",
		async () => {
			let held = 0;
			const noticed = new Promise<void>((resolve) => {
				const client = newClient({
					held: () => {
						held++;
						resolve();
					},
				});
				void client.inspect(inspection("pid")).then(() => process.kill(client.pid as number, "SIGSTOP"));
			});
			await noticed;
			const [client] = clients as [ComputeClient];
			const stopped = client.pid;
			const waiting = client.inspect(inspection("pid"));
			waiting.catch(() => undefined);
			await client.restart();
			await expect(waiting).rejects.toThrow("The compute process was restarted.");
			expect((await client.inspect(inspection("pid"))).path).toBe(String(client.pid));
			expect(client.pid).not.toBe(stopped);
			expect(held).toBe(1);
		},
		20_000,
	);

	it("starts with the first request and keeps the process for the next", async () => {
		const client = newClient();
		expect(client.state.kind).toBe("stopped");
		const first = await client.inspect(inspection("pid"));
		const second = await client.inspect(inspection("pid"));
		expect(first.path).toBe(String(client.pid));
		expect(second.path).toBe(first.path);
		expect(client.backend?.version).toBe("fake 1");
		expect(client.state.kind).toBe("ready");
	});

	it("hands on errors with their reason and file", async () => {
		await expect(newClient().inspect(inspection("bad"))).rejects.toMatchObject({
			name: "BlindspotError",
			reason: "unreadable-model",
			message: "bad: damaged at byte 3",
			subject: "bad",
		});
	});

	it("passes on progress and typed arrays", async () => {
		const events: AttackProgress[] = [];
		const record = await newClient().attack(attack("quick"), (event) => events.push(event));
		expect(events).toHaveLength(1);
		expect((events[0] as unknown as { pixels: unknown }).pixels).toEqual(new Float32Array([0.1, 1]));
		expect(record.pixels[0]?.original).toEqual(new Float32Array([0.25, 0.5]));
	});

	it("fails running requests when the process dies, and starts a new one for the next", async () => {
		const client = newClient();
		const states: ComputeState[] = [];
		client.onState((state) => states.push(state));
		const before = (await client.inspect(inspection("pid"))).path;
		const dying = client.inspect(inspection("exit"));
		await expect(dying).rejects.toMatchObject({
			reason: "process-ended",
			message: "The compute process ended: exit code 7. It said: something broke",
		});
		expect(client.state.kind).toBe("ended");
		expect(client.pid).toBeNull();
		const after = (await client.inspect(inspection("pid"))).path;
		expect(after).not.toBe(before);
		expect(kinds(states)).toEqual(expect.arrayContaining(["starting", "working", "ready", "ended"]));
		expect(client.state.kind).toBe("ready");
	});

	it("says so when the process was killed from outside", async () => {
		const client = newClient();
		await client.start();
		const running = client.attack(attack("deaf"));
		setTimeout(() => process.kill(client.pid as number, "SIGKILL"), 100);
		await expect(running).rejects.toMatchObject({
			reason: "process-ended",
			message: expect.stringContaining("killed (SIGKILL)"),
		});
	});

	it("names an exhausted memory", async () => {
		await expect(newClient().inspect(inspection("out of memory"))).rejects.toThrow("out of memory at 0.3 GB");
	});

	it("cancels a request that listens without touching the process", async () => {
		const client = newClient();
		const { path } = await client.inspect(inspection("pid"));
		const stop = new AbortController();
		const running = client.inspect(inspection("cancellable"), stop.signal);
		setTimeout(() => stop.abort(), 50);
		await expect(running).rejects.toMatchObject({ reason: "cancelled" });
		expect(String(client.pid)).toBe(path);
	});

	it("ends the process after an unanswered cancel and runs the other requests again", async () => {
		const client = newClient({ cancelGraceMilliseconds: 100 });
		const before = (await client.inspect(inspection("pid"))).path;
		const stop = new AbortController();
		const events: AttackProgress[] = [];
		const deaf = client.inspect(inspection("deaf"), stop.signal);
		const slow = client.inspect(inspection("slow"));
		const attacked = client.attack(attack("slow"), (event) => events.push(event));
		setTimeout(() => stop.abort(), 100);
		await expect(deaf).rejects.toMatchObject({ reason: "cancelled" });
		expect((await slow).path).not.toBe(before);
		expect((await attacked).report).toEqual({ pid: client.pid });
		expect(events.map((event) => event.kind)).toEqual(["started", "started"]);
	});

	it("cancels at once while the process is still starting", async () => {
		const client = newClient({ settings: () => ({ host: { ...settings, nativePath: "never" }, memoryMiB: 256 }) });
		const stop = new AbortController();
		const waiting = client.inspect(inspection("pid"), stop.signal);
		setTimeout(() => stop.abort(), 20);
		await expect(waiting).rejects.toMatchObject({ reason: "cancelled" });
	});

	it("gives up on a process that doesn't start, and on one that dies at the start", async () => {
		const hanging = newClient({
			settings: () => ({ host: { ...settings, nativePath: "never" }, memoryMiB: 256 }),
			startTimeoutMilliseconds: 300,
		});
		await expect(hanging.start()).rejects.toMatchObject({ reason: "time-out" });
		expect(hanging.state.kind).toBe("ended");
		const dying = newClient({ settings: () => ({ host: { ...settings, nativePath: "dies" }, memoryMiB: 256 }) });
		await expect(dying.inspect(inspection("pid"))).rejects.toMatchObject({
			reason: "process-ended",
			message: expect.stringContaining("exit code 3"),
		});
	});

	it("restarts when asked, failing what ran", async () => {
		const client = newClient();
		const { path } = await client.inspect(inspection("pid"));
		const running = client.inspect(inspection("deaf"));
		const failed = expect(running).rejects.toThrow("was restarted");
		await new Promise((resolve) => setTimeout(resolve, 50));
		await client.restart();
		await failed;
		expect(String(client.pid)).not.toBe(path);
		expect(client.state.kind).toBe("ready");
	});

	it("takes new settings once it is idle", async () => {
		let modelCacheMiB = 1;
		const client = newClient({ settings: () => ({ host: { ...settings, modelCacheMiB }, memoryMiB: 256 }) });
		const slow = client.inspect(inspection("slow"));
		await new Promise((resolve) => setTimeout(resolve, 300));
		const pid = client.pid;
		modelCacheMiB = 2;
		client.settingsChanged();
		expect((await slow).path).toBe(String(pid));
		await client.inspect(inspection("pid"));
		expect(client.backend?.version).toBe("fake 2");
	});

	it("cancels what runs when it is disposed, and starts nothing after", async () => {
		const client = newClient();
		const running = client.inspect(inspection("deaf"));
		const failed = expect(running).rejects.toMatchObject({ reason: "cancelled" });
		await new Promise((resolve) => setTimeout(resolve, 300));
		await client.dispose();
		await failed;
		await expect(client.inspect(inspection("pid"))).rejects.toBeInstanceOf(BlindspotError);
		expect(client.pid).toBeNull();
	});
});

describe("the end of a process in words", () => {
	it("tells signals, exit codes and failed starts apart", () => {
		const end = { wanted: false, code: null, signal: null, stderr: "" };
		expect(describeEnd({ ...end, signal: "SIGSEGV" }, 4096)).toBe("The compute process ended: signal SIGSEGV.");
		expect(describeEnd({ ...end, code: 0 }, 4096)).toBe("The compute process ended: exit code 0.");
		expect(describeEnd({ ...end, stderr: "spawn ENOENT" }, 4096)).toContain("could not be started. It said: spawn");
		expect(describeEnd({ ...end, stderr: "std::bad_alloc", code: 134 }, 4096)).toContain("out of memory at 4.0 GB");
	});
});

import { describe, expect, it } from "vitest";
import { endingEarly } from "../../../src/compute/process/endingEarly.js";

/** A run that ends when it is stopped or cancelled, and what it was told. */
function aRun() {
	const told: string[] = [];
	let finish: (words: string) => void = () => undefined;
	const client = {
		stop: async ({ run }: { readonly run: string }) => {
			told.push(`stop ${run}`);
			finish("what there is");
		},
	};
	const ask = (signal: AbortSignal) =>
		new Promise<string>((resolve, reject) => {
			finish = resolve;
			if (signal.aborted) reject(new Error("cancelled"));
			signal.addEventListener("abort", () => reject(new Error("cancelled")));
		});
	return { told, client, ask };
}

describe("ending early", () => {
	it("keeps what there is", async () => {
		const { told, client, ask } = aRun();
		const person = new AbortController();
		const running = endingEarly(client, "a", person.signal, () => true, ask);
		person.abort();
		await expect(running).resolves.toBe("what there is");
		expect(told).toEqual(["stop a"]);
	});

	it("cancels where there is nothing yet, also before it began", async () => {
		for (const when of ["before", "after"]) {
			const { told, client, ask } = aRun();
			const person = new AbortController();
			if (when === "before") person.abort();
			const running = endingEarly(client, "a", person.signal, () => false, ask);
			person.abort();
			await expect(running).rejects.toThrow("cancelled");
			expect(told).toEqual([]);
		}
	});

	it("listens no longer once it has its answer", async () => {
		const { told, client } = aRun();
		const person = new AbortController();
		await endingEarly(
			client,
			"a",
			person.signal,
			() => true,
			async () => "done",
		);
		person.abort();
		expect(told).toEqual([]);
	});
});

import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { availableBackends } from "../../backends.js";
import { temporaryFolder } from "../data/temporaryFolder.js";

const nowhere = join(import.meta.dirname, "nowhere");
const folder = temporaryFolder();
const library = "node_modules/@tensorflow/tfjs-node";
const available = await availableBackends();

let restore: (() => void) | null = null;
afterEach(() => {
	restore?.();
	restore = null;
});

/** Puts a kernel in the place of a registered one, or none, until the test ends. */
function replaceKernel(kernelName: string, backendName: string, kernelFunc: tf.KernelFunc | null): void {
	const stock = tf.getKernel(kernelName, backendName);
	tf.unregisterKernel(kernelName, backendName);
	if (kernelFunc) tf.registerKernel({ ...stock, kernelFunc });
	restore = () => {
		if (kernelFunc) tf.unregisterKernel(kernelName, backendName);
		tf.registerKernel(stock);
	};
}

/** The stock kernel's result for twice the output's gradient. */
function doubled(kernelName: string, backendName: string): tf.KernelFunc {
	const stock = tf.getKernel(kernelName, backendName);
	return (call) => {
		const { dy, ...others } = call.inputs as { dy: tf.Tensor };
		return stock.kernelFunc({ ...call, inputs: { dy: tf.mul(dy, 2), ...others } });
	};
}

describe("startBackend", () => {
	it.skipIf(!available.includes("native"))("prefers native TensorFlow, and has nothing to note then", async () => {
		expect(await startBackend("auto", null)).toMatchObject({ name: "native", note: null });
		expect(tf.getBackend()).toBe("tensorflow");
	});

	it("takes WebAssembly where there is no native TensorFlow, and says so", async () => {
		expect(await startBackend("auto", nowhere)).toMatchObject({
			name: "wasm",
			version: expect.stringMatching(/^TensorFlow\.js 4\.\d+\.\d+, WebAssembly/),
			note: `There is no native TensorFlow in ${nowhere}.`,
		});
		expect(tf.getBackend()).toBe("wasm");
	});

	it("takes WebAssembly where native TensorFlow doesn't load, and passes the reason on", async () => {
		folder.write(`${library}/package.json`, JSON.stringify({ main: "index.js" }));
		folder.write(`${library}/index.js`, 'throw new Error("libtensorflow is for another processor");');
		expect(await startBackend("auto", folder.path)).toMatchObject({
			name: "wasm",
			note: `Native TensorFlow in ${folder.path} doesn't load: libtensorflow is for another processor`,
		});
	});

	it("takes JavaScript where WebAssembly computes a wrong gradient, with both reasons", async () => {
		await startBackend("wasm", null);
		replaceKernel(tf.AvgPoolGrad, "wasm", doubled(tf.AvgPoolGrad, "wasm"));
		expect(await startBackend("auto", nowhere)).toMatchObject({
			name: "js",
			note: `There is no native TensorFlow in ${nowhere}. WebAssembly computes a wrong gradient of average pooling on this machine and isn't used.`,
		});
		expect(tf.getBackend()).toBe("cpu");
	});

	it("refuses when every backend is wrong", async () => {
		await startBackend("wasm", null);
		await startBackend("js", null);
		const { kernelFunc, ...others } = tf.getKernel(tf.AvgPoolGrad, "wasm");
		replaceKernel(tf.AvgPoolGrad, "cpu", doubled(tf.AvgPoolGrad, "cpu"));
		tf.unregisterKernel(tf.AvgPoolGrad, "wasm");
		try {
			await expect(startBackend("auto", nowhere)).rejects.toMatchObject({
				reason: "backend",
				message: expect.stringMatching(/^Nothing can compute here\. .*no native.* WebAssembly .* JavaScript computes/),
			});
		} finally {
			tf.registerKernel({ kernelFunc, ...others });
		}
	});

	it("refuses the backend asked for by name where it can't be had", async () => {
		await expect(startBackend("native", nowhere)).rejects.toMatchObject({
			name: "BlindspotError",
			reason: "backend",
			message: `There is no native TensorFlow in ${nowhere}.`,
			subject: nowhere,
		});
	});
});

describe.each([
	["wasm", "wasm"],
	["js", "cpu"],
] as const)("the check of %s", (name, registered) => {
	it("refuses a backend whose gradient is wrong", async () => {
		await startBackend(name, null);
		replaceKernel(tf.AvgPoolGrad, registered, doubled(tf.AvgPoolGrad, registered));
		await expect(startBackend(name, null)).rejects.toMatchObject({
			reason: "backend",
			message: expect.stringMatching(/ computes a wrong gradient of average pooling on this machine and isn't used\.$/),
		});
	});

	it("refuses a backend whose gradient is not a number", async () => {
		await startBackend(name, null);
		replaceKernel(tf.Step, registered, ({ inputs }) => tf.mul(inputs.x as tf.Tensor, Number.NaN));
		const { message } = await startBackend(name, null).then(
			() => ({ message: "started" }),
			(error: Error) => error,
		);
		// Steps are in the gradients of WebAssembly alone.
		expect(message).toMatch(name === "wasm" ? /wrong gradient of leaky ReLU/ : /^started$/);
	});

	it("refuses a backend that lacks a kernel", async () => {
		await startBackend(name, null);
		replaceKernel(tf.MaxPoolGrad, registered, null);
		await expect(startBackend(name, null)).rejects.toThrow(/can't compute the gradient of max pooling.*MaxPoolGrad/);
	});

	it("leaves no tensors", async () => {
		const before = tf.memory().numTensors;
		await startBackend(name, null);
		expect(tf.memory().numTensors).toBe(before);
	});
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ReadingProgress } from "../../../src/compute/modelDetails/requests.js";
import type { ComputeClient } from "../../../src/compute/process/client.js";
import { modelAnalysis } from "../../../src/webviews/model/analysis.js";

describe("reading a model", () => {
	beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
	afterEach(() => void vi.useRealTimers());

	it("says how many bytes of how many have been read, once it takes over a second", async () => {
		const said: (readonly [string, number | null])[] = [];
		const describeModel: ComputeClient["describeModel"] = async (_params, tell = () => undefined) => {
			const at = (milliseconds: number, event: ReadingProgress) => {
				vi.advanceTimersByTime(milliseconds);
				tell(event);
			};
			at(900, { read: 16e6, of: 400e6 });
			at(200, { read: 32e6, of: 400e6 });
			throw new Error("that was all");
		};
		const run = modelAnalysis.run(
			{ model: "/models/large.onnx", against: null },
			{
				client: { describeModel } as unknown as ComputeClient,
				modelRequest: (path) => ({ path, configuration: null, preprocessing: {}, classesFile: null }),
				signal: new AbortController().signal,
				previous: null,
				progress: (words, share) => said.push([words, share]),
				soFar: () => undefined,
			},
		);
		await expect(run).rejects.toThrow("that was all");
		expect(said).toEqual([
			["Reading large.onnx", null],
			["Reading large.onnx, 32.0 MB of 400.0 MB", 0.08],
		]);
	});
});

import { describe, expect, it } from "vitest";
import { StoppableRuns } from "../../../src/compute/process/stoppableRuns.js";

describe("stoppable runs", () => {
	it("tell the whole run from one of its images", async () => {
		const runs = new StoppableRuns();
		await runs.during("a", async (stopped) => {
			runs.stop("a", 2);
			expect([stopped(), stopped(1), stopped(2)]).toEqual([false, false, true]);
			runs.stop("a");
			expect([stopped(), stopped(1)]).toEqual([true, true]);
		});
	});

	it("remember a stop that overtakes its request, and forget it with the run", async () => {
		const runs = new StoppableRuns();
		runs.stop("a");
		await runs.during("a", async (stopped) => expect(stopped()).toBe(true));
		await runs.during("a", async (stopped) => expect(stopped()).toBe(false));
		await runs.during("b", async (stopped) => expect(stopped()).toBe(false));
	});

	it("take one run of a name at a time", async () => {
		const runs = new StoppableRuns();
		await runs.during("a", async () => {
			await expect(runs.during("a", async () => undefined)).rejects.toThrow(/is there already/);
		});
		await expect(runs.during("a", async () => "again")).resolves.toBe("again");
	});

	it("forget the oldest of many stops whose runs never came, but none of a run that is on", async () => {
		const runs = new StoppableRuns();
		await runs.during("running", async (stopped) => {
			runs.stop("running");
			for (let i = 0; i < 1_100; i++) runs.stop(`never ${i}`);
			expect(stopped()).toBe(true);
		});
		await runs.during("never 0", async (stopped) => expect(stopped()).toBe(false));
		await runs.during("never 1099", async (stopped) => expect(stopped()).toBe(true));
	});
});

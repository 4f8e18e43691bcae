import { describe, expect, it } from "vitest";
import { storedRunOfReport } from "../../src/commands/storedRunOfReport.js";
import { attacked, report } from "../compute/sampleRun.js";

describe("an exported report", () => {
	it("becomes a complete run without pixels", () => {
		const exported = report([attacked("/p/a.png")]);
		const run = storedRunOfReport(JSON.stringify(exported), "r.json");
		expect(run).toMatchObject({ complete: true, report: exported, shown: { model: "/models/mlp.keras", seed: 7 } });
		expect(run.rows).toHaveLength(1);
		expect(run.rows[0]).toMatchObject({ done: true, seconds: 1, image: { source: "/p/a.png" } });
	});

	it("is refused by name where it is something else", () => {
		expect(() => storedRunOfReport("{", "r.json")).toThrow("r.json: this is no JSON.");
		expect(() => storedRunOfReport('{"kind":"attack"}', "r.json")).toThrow(/r\.json: not a report .* version/);
		expect(() => storedRunOfReport('{"kind":"probe"}', "r.json")).toThrow(/r\.json: the JSON .* 'probe' lacks/);
	});
});

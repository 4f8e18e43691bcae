import { describe, expect, it } from "vitest";
import { EVERY_SETTING, SETTINGS } from "../src/settingsTable.js";

const { compute, attack, probe } = SETTINGS;

describe("settings", () => {
	it("have names of their own", () => {
		const names = EVERY_SETTING.map(({ name }) => name);
		expect(new Set(names).size).toBe(names.length);
	});

	it.each(EVERY_SETTING.map((setting) => [setting.name, setting] as const))(
		"give the default of %s for nothing and for nonsense, and keep it",
		(_, { schema, of }) => {
			for (const value of [undefined, null, {}, [], Number.NaN]) expect(of(value)).toBe(schema.default);
			expect(of(schema.default)).toBe(schema.default);
		},
	);

	it("bring numbers into the range, and round them", () => {
		expect(compute.loadTimeout.of(0)).toBe(1);
		expect(compute.loadTimeout.of(4_000)).toBe(3_600);
		expect(compute.loadTimeout.of(12.6)).toBe(13);
		expect(compute.loadTimeout.of("30")).toBe(60);
		expect(attack.budget.of(0)).toBe(1);
		expect(attack.budget.of(250)).toBe(250);
	});

	it("take only the choices that there are", () => {
		expect(attack.method.of("ddn")).toBe("ddn");
		expect(attack.method.of("DDN")).toBe("closest");
		expect(probe.redrawn.of(false)).toBe(false);
		expect(probe.redrawn.of("false")).toBe(true);
		expect(compute.nativePath.of(" /opt/tf ")).toBe("/opt/tf");
	});
});

import { describe, expect, it } from "vitest";
import type { OwnPageMessage } from "../../../src/webviews/adversarial/messages.js";
import { parsePageMessage } from "../../../src/webviews/adversarial/pageMessages.js";

const VALID: readonly OwnPageMessage[] = [
	{
		type: "run",
		model: "/m.keras",
		method: "closest",
		target: { kind: "label", index: 3 },
		effort: "quick",
		budget: null,
	},
	{ type: "runImage", index: 0, target: { kind: "any" }, budget: 4000 },
	{ type: "stopImage", index: 2 },
	{ type: "save", index: 0, what: "noise", factor: 32 },
	{ type: "runOthers" },
	{ type: "useTried", index: 2 },
	{ type: "runAsAssumed" },
	{ type: "setPreprocessing" },
];

describe("messages of the page", () => {
	it.each(VALID)("accepts $type", (message) => {
		expect(parsePageMessage(message)).toEqual(message);
	});

	it.each([
		null,
		"run",
		{},
		{ type: "executeCommand", command: "workbench.action.quit" },
		{ type: "run", model: "/m.keras", method: "simba", target: { kind: "any" }, effort: "normal", budget: null },
		{ type: "run", model: "", method: "closest", target: { kind: "any" }, effort: "normal", budget: null },
		{ type: "runImage", index: -1, target: { kind: "any" }, budget: null },
		{ type: "runImage", index: 0.5, target: { kind: "any" }, budget: null },
		{ type: "runImage", index: 0, target: { kind: "label" }, budget: null },
		{ type: "runImage", index: 0, target: { kind: "any" }, budget: 0 },
		{ type: "save", index: 0, what: "everything", factor: 1 },
		{ type: "save", index: 0, what: "noise", factor: Number.NaN },
		{ type: "runOthers", extra: 1 },
		{ type: "cancel" },
	])("refuses %j", (message) => {
		expect(parsePageMessage(message)).toBeNull();
	});
});

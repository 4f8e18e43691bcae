import { describe, expect, it } from "vitest";
import { parseCommonMessage } from "../../src/webviews/commonMessages.js";
import type { CommonPageMessage } from "../../src/webviews/messages.js";

const VALID: readonly CommonPageMessage[] = [
	{ type: "ready", report: null },
	{ type: "ready", report: "id-1" },
	{ type: "cancel" },
	{ type: "chooseModel" },
	{ type: "chooseData", from: "folder" },
	{ type: "copy", text: "a\tb" },
	{ type: "export", format: "csv" },
	{ type: "openSource", source: "/data/a.npz#7" },
	{ type: "openConfiguration" },
	{ type: "openMemorySetting" },
	{ type: "showLog" },
	{ type: "restartCompute" },
];

describe("messages that all pages send", () => {
	it.each(VALID)("are understood: $type", (message) => {
		expect(parseCommonMessage(message)).toEqual(message);
	});

	it.each([
		null,
		"cancel",
		{},
		{ type: "executeCommand", command: "workbench.action.quit" },
		{ type: "cancel", extra: 1 },
		{ type: "ready" },
		{ type: "ready", report: "x".repeat(201) },
		{ type: "chooseData", from: "everywhere" },
		{ type: "export", format: "pdf" },
		{ type: "openSource", source: "" },
		{ type: "copy", text: 3 },
	])("are refused: %j", (message) => {
		expect(parseCommonMessage(message)).toBeNull();
	});
});

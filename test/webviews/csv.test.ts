import { describe, expect, it } from "vitest";
import { csv } from "../../src/webviews/csv.js";

describe("CSV", () => {
	it("quotes what has commas, quotes and line breaks, and ends lines with CRLF", () => {
		const rows = [
			["file", "distortion", "changed"],
			['a,"b".png', 0.25, true],
			["two\nlines", null, false],
		];
		expect(csv(rows)).toBe('file,distortion,changed\r\n"a,""b"".png",0.25,true\r\n"two\nlines",,false\r\n');
	});

	it("leaves numbers whole and signed", () => {
		expect(csv([[-0.1, 1e-7, 123456789.123, Number.POSITIVE_INFINITY]])).toBe("-0.1,1e-7,123456789.123,Infinity\r\n");
	});

	it.each(["x;=1+1", "x\t=1+1", "x|y"])("quotes %j, whatever separates the fields", (text) => {
		expect(csv([[text, 1]])).toBe(`"${text}",1\r\n`);
	});

	it.each([
		"＝1+1",
		"＋1",
		"－1",
		"＠SUM(A1)",
		"﹦1",
		"−1",
		" =1",
		"\u00a0=1",
		"\ufeff=1",
		"\u200b=1",
		"\u202e=1",
		"=1+1",
		"+1",
		"-2+3",
		"@SUM(A1)",
		"\t=1",
		"\r=1",
		'=HYPERLINK("http://x")',
	])("lets no spreadsheet take %j for a formula", (text) => {
		const field = csv([[text]]).slice(0, -2);
		const read = field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
		expect(read).toBe(`'${text}`);
	});
});

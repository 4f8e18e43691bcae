import { describe, expect, it } from "vitest";
import { compileGlob, describeBadGlob } from "../../../src/compute/data/globs.js";
import { Random } from "../../../src/compute/math/random.js";

describe("globs", () => {
	const cases: readonly (readonly [glob: string, path: string, matches: boolean])[] = [
		["*.keras", "cnn.keras", true],
		["*.keras", "deep/in/cnn.keras", true],
		["*.keras", "cnn.keras.bak", false],
		["models/*.h5", "models/a.h5", true],
		["models/*.h5", "models/deep/a.h5", false],
		["models/*.h5", "other/models/a.h5", false],
		["models/**", "models/deep/a.h5", true],
		["**/model.json", "model.json", true],
		["**/model.json", "a/b/model.json", true],
		["**/model.json", "a/b/mymodel.json", false],
		["./model.json", "model.json", true],
		["./model.json", "a/model.json", false],
		["a/?.keras", "a/x.keras", true],
		["a/?.keras", "a/xy.keras", false],
		["*.{h5,keras}", "x.h5", true],
		["*.{h5,keras}", "x.onnx", false],
		["{a,b}/**/{x,y}*.h5", "b/1/2/y9.h5", true],
		["{a,b}/**/{x,y}*.h5", "b/1/2/z9.h5", false],
		["x/a**c", "x/a/b/c", true],
		["*", "a/b", true],
		["./*", "a/b", false],
		["net(1)+[a].h5", "net(1)+[a].h5", true],
		["net.h5", "netxh5", false],
		["models/*.h5", "models\\a.h5", true],
	];
	for (const [glob, path, matches] of cases) {
		it(`${glob} ${matches ? "matches" : "doesn't match"} ${path}`, () => expect(compileGlob(glob)(path)).toBe(matches));
	}

	it("that would be slow or mean nothing are refused", () => {
		expect(describeBadGlob("models/**/*.h5")).toBeNull();
		expect(describeBadGlob("")).toBe("is empty");
		expect(describeBadGlob("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}")).toBe("has braces for more than 64 globs");
		expect(describeBadGlob("a".repeat(201))).toBe("is longer than 200 characters");
		expect(describeBadGlob("a\\b")).toBe("has a backslash; write paths with /");
		for (const glob of ["{a,{b}}", "{a", "a}", "{a}b}"]) expect(describeBadGlob(glob)).toContain("braces");
	});

	it("globs of many stars end quickly", () => {
		const started = performance.now();
		expect(compileGlob(`${"*a".repeat(99)}/`)(`${"a".repeat(4000)}b`)).toBe(false);
		expect(performance.now() - started).toBeLessThan(1000);
	});

	it("match random paths as a regular expression does", () => {
		const random = Random.stream(0, "globs");
		const matches = compileGlob("*a????????{b,**c}/{x,}*{.h5,ab,bc,ca,x}");
		const letters = ["a", "a", "b", "c", "/", "x"];
		let found = 0;
		for (let run = 0; run < 3_000; run++) {
			const path = Array.from({ length: 40 }, () => letters[random.integer(letters.length)]).join("");
			const wanted = /^[^/]*a[^/]{8}(b|.*c)\/x?[^/]*(\.h5|ab|bc|ca|x)$/.test(path);
			expect(matches(path)).toBe(wanted);
			if (wanted) found++;
		}
		expect(found).toBeGreaterThan(10);
	});

	it("with as many braces as there may be are quick over a thousand models", () => {
		const glob = "**/{a,b}*{a,b}*{a,b}*{a,b}*{a,b}*{a,b}*.h5";
		expect(describeBadGlob(glob)).toBeNull();
		const models = Array.from({ length: 1_000 }, (_, i) => `runs/${"abba".repeat(8)}/${i % 7}/abab${i}.keras`);
		// Time of the processor, which other programs don't lengthen.
		const started = process.cpuUsage().user;
		const matches = compileGlob(glob);
		expect(models.filter(matches)).toEqual([]);
		expect(matches("runs/aaaaaa.h5")).toBe(true);
		expect(process.cpuUsage().user - started).toBeLessThan(1_000_000);
	});
});

import { describe, expect, it } from "vitest";
import { parseCommand } from "../../src/cli/usage.js";

const parse = (line: string) => {
	const parsed = parseCommand(line.split(" "));
	if (parsed.kind !== "analysis") throw new Error(`${line} asks for ${parsed.kind}`);
	return parsed.asked;
};

describe("parseCommand", () => {
	it("reads an attack with everything on it", () => {
		expect(
			parse(
				"attack m.json a.png dir --method szegedy --target next --effort quick --budget 500 --out o --npz f.npz --json --scale=-1..1 --mean=1,2,3 --std=2 --bgr --fit crop --classes c.txt --backend js --seed 7 --config b.json --fail-under .01",
			),
		).toEqual({
			model: {
				path: "m.json",
				configuration: "b.json",
				preprocessing: { range: [-1, 1], mean: [1, 2, 3], std: [2], bgr: true, fit: "crop" },
				classesFile: "c.txt",
			},
			backend: "js",
			json: true,
			data: { kind: "pictures", paths: ["a.png", "dir"] },
			methods: ["szegedy"],
			target: { kind: "next" },
			effort: "quick",
			budget: 500,
			seed: 7,
			failUnder: 0.01,
			out: "o",
			npz: "f.npz",
		});
	});

	it("takes another layer as the output", () => {
		expect(parse("inspect m --output logits")).toMatchObject({ model: { output: "logits" } });
		expect(parse("attack m a.png --output=net/scores:0")).toMatchObject({ model: { output: "net/scores:0" } });
		expect(parse("inspect m")).not.toHaveProperty("model.output");
	});

	it("takes the size of a list of values", () => {
		const size = { inputSize: { width: 28, height: 14 } };
		expect(parse("inspect m --size 28x14")).toMatchObject({ model: size });
		expect(parse("inspect m --size 28x14")).not.toHaveProperty("model.channels");
		expect(parse("predict m a.png --size=28x14x3")).toMatchObject({ model: { ...size, channels: 3 } });
		for (const bad of ["28", "0x3", "28x14x", "axb"])
			expect(() => parse(`inspect m --size ${bad}`)).toThrow("must be WIDTHxHEIGHT or WIDTHxHEIGHTxCHANNELS");
	});

	it("is untargeted, closest, normal effort, seed 0 unless told otherwise", () => {
		expect(parse("attack m a.png")).toMatchObject({
			methods: ["closest"],
			target: { kind: "any" },
			effort: "normal",
			budget: null,
			seed: 0,
			backend: "auto",
			json: false,
		});
	});

	it("takes several methods, each once", () => {
		expect(parse("attack m a.png --method ddn,closest,ddn")).toMatchObject({ methods: ["ddn", "closest"] });
	});

	it("reads what robustness is asked", () => {
		expect(parse("robustness m --against n --data digits --take 20 --effort quick --noise-levels 0")).toMatchObject({
			model: { path: "m" },
			against: { path: "n" },
			data: { kind: "dataset", path: "digits", take: 20, skip: 0 },
			options: { method: "closest", target: { kind: "any" }, effort: "quick", budget: null, noiseLevels: 0 },
		});
		expect(parse("robustness m")).toMatchObject({ against: null, data: null });
	});

	it("takes a data set in place of images", () => {
		expect(parse("predict m --data digits --take 20 --skip 5 --top 3")).toMatchObject({
			data: { kind: "dataset", path: "digits", take: 20, skip: 5 },
			top: 3,
		});
	});

	it("draws from a data set with the seed where it is told to", () => {
		expect(parse("attack m --data d --take 9 --shuffle --seed 3")).toMatchObject({
			data: { take: 9, seed: 3 },
			seed: 3,
		});
		expect(parse("attack m --data d --take 9 --seed 3")).not.toHaveProperty("data.seed");
	});

	it.each([
		["", "help"],
		["--help", "help"],
		["--version", "version"],
	])("'%s' asks for %s", (line, kind) => {
		expect(parseCommand(line === "" ? [] : [line]).kind).toBe(kind);
	});

	it.each([
		["explode m", /unknown command 'explode'/],
		["attack", /no model is named/],
		["attack m", /no pictures are named/],
		["attack m a.png --data d", /in place of images/],
		["attack m a.png --take 3", /go with --data/],
		["attack m a.png --budget 0", /--budget 0: a whole number from 1/],
		["attack m a.png --budget 1.5", /whole number/],
		["attack m a.png --fail-under 0", /--fail-under 0: a number above 0/],
		["attack m a.png --method magic", /--method magic: one of closest, szegedy/],
		["attack m a.png --frobnicate", /Unknown option '--frobnicate'/],
		["attack m a.png --scale=0..2", /none of 0..1, -1..1 and 0..255/],
		["attack m a.png --mean=1,,2", /--mean=1,,2/],
		["attack m a.png --std=1,0,1", /must not be 0/],
		["inspect m n", /'n' is too many/],
	])("'%s' is an error of one line", (line, message) => {
		expect(() => parse(line)).toThrow(message);
		try {
			parse(line);
		} catch (error) {
			expect((error as Error).message).not.toContain("\n");
		}
	});

	it("explains one command where help is asked for after its name", () => {
		const help = (line: string) => {
			const parsed = parseCommand(line.split(" "));
			return parsed.kind === "help" ? parsed.text : "";
		};
		expect(help("probe m --help")).toContain("blindspot probe ");
		expect(help("probe -h")).not.toContain("blindspot attack ");
		expect(help("help")).toContain("blindspot attack ");
	});
});

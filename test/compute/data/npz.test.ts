import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { encodeNpy, readNpy } from "../../../src/compute/data/npy.js";
import { encodeNpz, readNpz, writeNpz } from "../../../src/compute/data/npz.js";
import { temporaryFolder } from "./temporaryFolder.js";

const folder = temporaryFolder();

/** A `.npy` file with this header and these bytes. */
function npy(dictionary: string, body: Uint8Array, version = 1): Uint8Array {
	const start = version === 1 ? 10 : 12;
	const header = Buffer.alloc(start + dictionary.length + 1);
	header.write("\x93NUMPY", "latin1");
	header[6] = version;
	if (version === 1) header.writeUInt16LE(dictionary.length + 1, 8);
	else header.writeUInt32LE(dictionary.length + 1, 8);
	header.write(`${dictionary}\n`, start, "latin1");
	return Buffer.concat([header, body]);
}

function dictionary(descr: string, shape: string, fortran = "False"): string {
	return `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
}

/** The bytes of values written by a DataView function. */
function bytesOf(
	size: number,
	values: readonly number[],
	write: (view: DataView, at: number, value: number) => void,
): Uint8Array {
	const view = new DataView(new ArrayBuffer(size * values.length));
	for (const [i, value] of values.entries()) write(view, i * size, value);
	return new Uint8Array(view.buffer);
}

describe("types and byte orders", () => {
	const integers = [0, 1, 2, 100];
	const signed = [0, -1, 2, -100];
	const real = [0, -1.5, 0.25, 1e-3];
	const cases: readonly (readonly [string, readonly number[], Uint8Array])[] = [
		["|u1", integers, Uint8Array.from(integers)],
		["|i1", signed, new Uint8Array(Int8Array.from(signed).buffer)],
		["<u2", integers, bytesOf(2, integers, (view, at, value) => view.setUint16(at, value, true))],
		[">u2", integers, bytesOf(2, integers, (view, at, value) => view.setUint16(at, value))],
		["<i2", signed, bytesOf(2, signed, (view, at, value) => view.setInt16(at, value, true))],
		[">i2", signed, bytesOf(2, signed, (view, at, value) => view.setInt16(at, value))],
		["<i4", signed, bytesOf(4, signed, (view, at, value) => view.setInt32(at, value, true))],
		[">i4", signed, bytesOf(4, signed, (view, at, value) => view.setInt32(at, value))],
		["<u4", integers, bytesOf(4, integers, (view, at, value) => view.setUint32(at, value, true))],
		["<i8", signed, bytesOf(8, signed, (view, at, value) => view.setBigInt64(at, BigInt(value), true))],
		[">i8", signed, bytesOf(8, signed, (view, at, value) => view.setBigInt64(at, BigInt(value)))],
		["<f4", real.map(Math.fround), bytesOf(4, real, (view, at, value) => view.setFloat32(at, value, true))],
		[">f4", real.map(Math.fround), bytesOf(4, real, (view, at, value) => view.setFloat32(at, value))],
		["<f8", real, bytesOf(8, real, (view, at, value) => view.setFloat64(at, value, true))],
		[">f8", real, bytesOf(8, real, (view, at, value) => view.setFloat64(at, value))],
	];
	for (const [descr, values, body] of cases) {
		it(descr, () => {
			const array = readNpy("x.npy", npy(dictionary(descr, "(2, 2)"), body));
			expect([...array.data]).toEqual(values);
			expect(array.shape).toEqual([2, 2]);
			expect(array.type).toBe(descr.slice(1));
		});
	}

	it("halves: normal, subnormal, infinite, not a number", () => {
		const words = [0x3c00, 0xc000, 0x3555, 0x0001, 0x8000, 0x7bff, 0x7c00, 0xfc00, 0x7e00];
		const body = bytesOf(2, words, (view, at, value) => view.setUint16(at, value, true));
		const { data } = readNpy("x.npy", npy(dictionary("<f2", "(9,)"), body));
		const expected = [1, -2, 0.333251953125, 2 ** -24, -0, 65_504, Infinity, -Infinity, NaN];
		expect(data).toEqual(Float32Array.from(expected));
	});

	it("booleans are 0 and 1", () => {
		expect([...readNpy("x.npy", npy(dictionary("|b1", "(3,)"), Uint8Array.of(0, 1, 255))).data]).toEqual([0, 1, 1]);
	});

	it("Fortran order becomes C order", () => {
		// [[1, 2, 3], [4, 5, 6]] by columns, then a cube.
		const matrix = readNpy("x.npy", npy(dictionary("|u1", "(2, 3)", "True"), Uint8Array.of(1, 4, 2, 5, 3, 6)));
		expect([...matrix.data]).toEqual([1, 2, 3, 4, 5, 6]);
		const cube = readNpy("x.npy", npy(dictionary("|u1", "(2, 2, 2)", "True"), Uint8Array.of(0, 4, 2, 6, 1, 5, 3, 7)));
		expect([...cube.data]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
	});

	it("headers of versions 1 to 3, scalars, empty arrays, keys in any order", () => {
		for (const version of [1, 2, 3]) {
			expect([...readNpy("x.npy", npy(dictionary("|u1", "(1,)"), Uint8Array.of(9), version)).data]).toEqual([9]);
		}
		expect(readNpy("x.npy", npy(dictionary("|u1", "()"), Uint8Array.of(5)))).toMatchObject({ shape: [] });
		expect(readNpy("x.npy", npy(dictionary("<f4", "(0, 28)"), new Uint8Array(0))).data.length).toBe(0);
		const swapped = "{'shape': (1,), 'fortran_order': False, 'descr': '|u1'}";
		expect([...readNpy("x.npy", npy(swapped, Uint8Array.of(3))).data]).toEqual([3]);
	});
});

describe("arrays that are refused", () => {
	const reject = (bytes: Uint8Array, message: string) =>
		expect(() => readNpy("x.npy", bytes)).toThrow(`x.npy: ${message}`);

	it("length and header disagree: expected and found", () => {
		const one = Uint8Array.of(1);
		reject(
			npy(dictionary("<f4", "(60000, 28, 28)"), one),
			"shape (60000, 28, 28) of f4 expects 188160000 bytes, 1 found",
		);
		reject(npy(dictionary("|u1", "(0,)"), one), "shape (0) of u1 expects 0 bytes, 1 found");
		reject(
			npy(dictionary("|u1", "(999999999999, 999999999999)"), one),
			"shape (999999999999, 999999999999) of u1 expects",
		);
	});

	it("pickled objects, structures, text, complex numbers", () => {
		reject(npy(dictionary("|O", "(1,)"), Uint8Array.of(1)), "holds pickled Python objects, which are never loaded");
		reject(
			npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", Uint8Array.of(1)),
			"holds structured values",
		);
		reject(npy(dictionary("<U5", "(1,)"), Uint8Array.of(1)), "values of type U5 aren't supported");
		reject(npy(dictionary("<c8", "(1,)"), Uint8Array.of(1)), "values of type c8 aren't supported");
	});

	it("headers that are as long as they may be, or a byte too long or too short", () => {
		const padded = (length: number) => dictionary("|u1", "(1,)").padEnd(length - 1);
		expect([...readNpy("x.npy", npy(padded(65_536), Uint8Array.of(4), 2)).data]).toEqual([4]);
		reject(npy(padded(65_537), Uint8Array.of(4), 2), "a header of 65537 bytes expected");
		const whole = npy(dictionary("|u1", "(0,)"), new Uint8Array(0));
		expect(readNpy("x.npy", whole).data).toHaveLength(0);
		reject(whole.subarray(0, whole.length - 1), `a header of ${whole.length - 10} bytes expected`);
		reject(whole.subarray(0, 9), "not a NumPy array");
		reject(whole.subarray(0, 10), `a header of ${whole.length - 10} bytes expected, 0 bytes found`);
		const second = npy(dictionary("|u1", "(0,)"), new Uint8Array(0), 2);
		reject(second.subarray(0, 11), "the header is cut short");
		reject(second.subarray(0, 12), "a header of");
		const other = Buffer.from(whole);
		other[1] = 0x4d;
		reject(other, "not a NumPy array");
		for (const version of [0, 4]) {
			const bytes = Buffer.from(whole);
			bytes[6] = version;
			reject(bytes, `NumPy format version ${version} isn't supported`);
		}
	});

	it("headers without one of the three keys, and shapes that NumPy doesn't have", () => {
		const parts = ["'descr': '|u1'", "'fortran_order': False", "'shape': (1,)"];
		for (const left of parts) {
			const rest = parts.filter((part) => part !== left).join(", ");
			reject(npy(`{${rest}}`, Uint8Array.of(1)), "the header is damaged");
		}
		const ones = (count: number) => `(${Array(count).fill("1").join(", ")},)`;
		expect(readNpy("x.npy", npy(dictionary("|u1", ones(32)), Uint8Array.of(1))).shape).toHaveLength(32);
		reject(npy(dictionary("|u1", ones(33)), Uint8Array.of(1)), "the header's shape is damaged");
		reject(npy(dictionary("|u1", "(1234567890123456,)"), Uint8Array.of(1)), "the header's shape is damaged");
		reject(npy(dictionary("|u1", "(1, 2 3)"), Uint8Array.of(1)), "the header's shape is damaged");
	});

	it("damaged headers", () => {
		reject(Buffer.from("hello, world"), "not a NumPy array");
		reject(npy("{'descr': '|u1'}", Uint8Array.of(1)), "the header is damaged");
		reject(npy(dictionary("|u1", "(-1,)"), Uint8Array.of(1)), "the header is damaged");
		reject(npy(dictionary("|u1", "(1,)"), Uint8Array.of(1), 9), "NumPy format version 9");
		reject(npy(dictionary("|u1", "(1,)"), Uint8Array.of(1)).subarray(0, 30), "a header of");
	});
});

describe("archives", () => {
	it("come back as they were written, and only what is wanted", async () => {
		const x = { shape: [2, 3], data: Float32Array.of(0, 0.1, -1, 1e-30, 3, Infinity) };
		const path = await writeNpz(
			join(folder.path, "a.npz"),
			{ x, label: { shape: [2], data: Int32Array.of(-1, 7) } },
			"fail",
		);
		const { names, arrays } = await readNpz(path, ["x", "missing"]);
		expect(names).toEqual(["x", "label"]);
		expect([...arrays.keys()]).toEqual(["x"]);
		expect(arrays.get("x")).toEqual({ ...x, type: "f4" });
	});

	it("have the same bytes every time, and headers aligned as NumPy's", () => {
		const arrays = { x: { shape: [1], data: Float32Array.of(1) } };
		expect(encodeNpz(arrays)).toEqual(encodeNpz(arrays));
		const bytes = encodeNpy(arrays.x);
		expect((bytes.length - 4) % 64).toBe(0);
		expect(() => encodeNpy({ shape: [2], data: Float32Array.of(1) })).toThrow("shape (2) with 1 values");
	});

	it("that are damaged, bombs or ambiguous are refused", async () => {
		const reject = async (bytes: Uint8Array, message: string) =>
			expect(readNpz(folder.write("bad.npz", bytes), ["x", "y"])).rejects.toThrow(message);
		const good = encodeNpz({ x: { shape: [1], data: Float32Array.of(1) } });
		await reject(good.subarray(0, good.length - 30), "not a readable .npz, damaged or cut short");
		// The directory at the end claims that 'x' unpacks to 4 GB.
		const liar = Buffer.from(zipSync({ "x.npy": Buffer.alloc(1000) }));
		liar.writeUInt32LE(0xf0000000, liar.lastIndexOf(Buffer.from("PK\x01\x02", "latin1")) + 24);
		await reject(liar, "array 'x' unpacks to");
		// And that it was 40 MB before: no bomb, but more than is read.
		liar.writeUInt32LE(0x02800000, liar.lastIndexOf(Buffer.from("PK\x01\x02", "latin1")) + 20);
		await reject(liar, "its arrays unpack to more than 2147483647 bytes");
		const understated = Buffer.from(zipSync({ "x.npy": encodeNpy({ shape: [250], data: new Float32Array(250) }) }));
		understated.writeUInt32LE(200, understated.lastIndexOf(Buffer.from("PK\x01\x02", "latin1")) + 24);
		await reject(understated, "expects 1000 bytes");
		const twice = Buffer.from(zipSync({ "x.npy": Buffer.alloc(9), "y.npy": Buffer.alloc(9) }).slice());
		twice.write("x.npy", twice.lastIndexOf("y.npy"));
		await reject(twice, "two entries are named 'x'");
		const many = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`a${i}`, new Uint8Array(0)]));
		await reject(zipSync(many), "more than 1000 entries");
		const { a1000: _, ...most } = many;
		expect((await readNpz(folder.write("most.npz", zipSync(most)), ["x"])).names).toHaveLength(1000);
	});
});

const python = findNumpy();

/** The Python that has NumPy, or null. */
function findNumpy(): string | null {
	try {
		execFileSync("python3", ["-c", "import numpy"], { stdio: "ignore" });
		return "python3";
	} catch {
		console.warn("Skipped: python3 has no numpy to compare with.");
		return null;
	}
}

describe.skipIf(python === null)("against NumPy", () => {
	const run = (script: string, ...args: string[]) =>
		execFileSync(python ?? "", ["-c", script, ...args], { encoding: "utf8" }).trim();

	it("NumPy reads what is written", async () => {
		const x = { shape: [2, 1, 2], data: Float32Array.of(0.5, -1, 2, 1e-5) };
		const path = join(folder.path, "ours.npz");
		await writeNpz(path, { x, label: { shape: [3], data: Int32Array.of(-1, 0, 9) } }, "replace");
		const script =
			"import numpy as np, sys; a = np.load(sys.argv[1]); print(a['x'].dtype, a['x'].shape, a['x'].ravel().tolist(), a['label'].dtype, a['label'].tolist())";
		expect(run(script, path)).toBe("float32 (2, 1, 2) [0.5, -1.0, 2.0, 9.999999747378752e-06] int32 [-1, 0, 9]");
	});

	it("what NumPy writes is read, stored and compressed", async () => {
		const script = `
import numpy as np, sys
x = np.arange(24).reshape(2, 3, 4)
kinds = {t: x.astype(t) for t in ['u1', 'i1', 'u2', '>i2', 'i4', 'u4', '>i8', 'u8', 'f2', '>f4', 'f8', '>f8']}
kinds['fortran'] = np.asfortranarray(x.astype('f4'))
np.savez(sys.argv[1], **kinds); np.savez_compressed(sys.argv[2], **kinds); np.save(sys.argv[3], kinds['fortran'])
print(','.join(kinds))`;
		const files = ["stored.npz", "compressed.npz", "one.npy"].map((name) => join(folder.path, name));
		const names = run(script, ...files).split(",");
		const expected = Array.from({ length: 24 }, (_, i) => i);
		for (const path of files.slice(0, 2)) {
			const { arrays } = await readNpz(path, names);
			expect(arrays.size).toBe(names.length);
			for (const [name, array] of arrays) {
				expect([...array.data], name).toEqual(expected);
				expect(array.shape, name).toEqual([2, 3, 4]);
			}
		}
		expect([...readNpy("one.npy", readFileSync(files[2] ?? "")).data]).toEqual(expected);
	});
});

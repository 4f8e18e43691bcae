/** What a zip archive is refused for, each bound at its value and one beyond it. */
import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { crc32, ZIP_LIMITS, ZipArchive } from "../../../src/compute/formats/zip.js";

interface Entry {
	readonly name: string;
	readonly content: Uint8Array;
	readonly method?: number;
	readonly flags?: number;
	/** What the directory says in place of the truth. */
	readonly deflated?: number;
	readonly inflated?: number;
	readonly crc?: number;
	readonly headerOffset?: number;
}

interface Archive {
	readonly bytes: Buffer;
	/** Where the directory begins, and its end. */
	readonly directory: number;
	readonly end: number;
}

function archive(entries: readonly Entry[], comment = ""): Archive {
	const locals: Buffer[] = [];
	const directory: Buffer[] = [];
	let at = 0;
	for (const { name, content, method = 0, flags = 0, ...said } of entries) {
		const packed = method === 8 ? deflateRawSync(content) : content;
		const local = Buffer.alloc(30 + name.length);
		local.writeUInt32LE(0x04034b50, 0);
		local.writeUInt16LE(name.length, 26);
		local.write(name, 30);
		const entry = Buffer.alloc(46 + name.length);
		entry.writeUInt32LE(0x02014b50, 0);
		entry.writeUInt16LE(flags, 8);
		entry.writeUInt16LE(method, 10);
		entry.writeUInt32LE(said.crc ?? crc32(content), 16);
		entry.writeUInt32LE(said.deflated ?? packed.length, 20);
		entry.writeUInt32LE(said.inflated ?? content.length, 24);
		entry.writeUInt16LE(name.length, 28);
		entry.writeUInt32LE(said.headerOffset ?? at, 42);
		entry.write(name, 46);
		locals.push(local, Buffer.from(packed));
		directory.push(entry);
		at += local.length + packed.length;
	}
	const size = directory.reduce((sum, { length }) => sum + length, 0);
	const tail = Buffer.alloc(22 + comment.length);
	tail.writeUInt32LE(0x06054b50, 0);
	tail.writeUInt16LE(entries.length, 10);
	tail.writeUInt32LE(size, 12);
	tail.writeUInt32LE(at, 16);
	tail.writeUInt16LE(comment.length, 20);
	tail.write(comment, 22);
	return { bytes: Buffer.concat([...locals, ...directory, tail]), directory: at, end: at + size };
}

const DATA = Uint8Array.from({ length: 300 }, (_, i) => i % 7);
const one = (change: Partial<Entry> = {}) => archive([{ name: "a", content: DATA, ...change }]);
const opened = (of: Archive, change: (bytes: Buffer) => void = () => undefined) => {
	const bytes = Buffer.from(of.bytes);
	change(bytes);
	return () => new ZipArchive(bytes);
};
const read = (of: Archive, change?: (bytes: Buffer) => void) => () => opened(of, change)().read("a");

describe("a zip archive", () => {
	it.each([0, 8])("gives what is in it, packed by method %i", (method) => {
		const { bytes } = archive(
			[
				{ name: "a", content: DATA, method },
				{ name: "b", content: new Uint8Array(0), method },
			],
			"a comment",
		);
		const zip = new ZipArchive(bytes);
		expect(zip.names).toEqual(["a", "b"]);
		expect([zip.has("b"), zip.has("c")]).toEqual([true, false]);
		expect([...zip.read("a")]).toEqual([...DATA]);
		expect(zip.read("b")).toHaveLength(0);
		expect(() => zip.read("c")).toThrow("there is no 'c' in it");
	});

	it("ends with its directory, and a comment as long as it says", () => {
		const { bytes } = one();
		expect(() => new ZipArchive(bytes.subarray(0, bytes.length - 1))).toThrow("its directory is missing");
		expect(() => new ZipArchive(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow("its directory is missing");
		expect(() => new ZipArchive(Buffer.alloc(0))).toThrow("its directory is missing");
		expect(() => new ZipArchive(Buffer.alloc(22))).toThrow("its directory is missing");
		expect(new ZipArchive(archive([]).bytes).names).toEqual([]);
	});

	it("has a comment of up to 65,535 bytes", () => {
		expect(new ZipArchive(archive([{ name: "a", content: DATA }], "c".repeat(0xffff)).bytes).names).toEqual(["a"]);
	});

	it("is no Zip64", () => {
		const { end } = one();
		expect(opened(one(), (bytes) => bytes.writeUInt16LE(0xffff, end + 10))).toThrow("a Zip64 archive");
		expect(opened(one(), (bytes) => bytes.writeUInt32LE(0xffffffff, end + 16))).toThrow("a Zip64 archive");
	});

	it("has at most as many entries as are read", () => {
		const many = (count: number) =>
			archive(Array.from({ length: count }, (_, i) => ({ name: `${i}`, content: new Uint8Array(0) })));
		expect(opened(many(ZIP_LIMITS.entries))().names).toHaveLength(ZIP_LIMITS.entries);
		expect(opened(many(ZIP_LIMITS.entries + 1))).toThrow("it has 1001 entries; 1000 is the limit");
	});

	it("has its directory before its end, entry after entry", () => {
		const { directory, end } = one();
		expect(opened(one(), (bytes) => bytes.writeUInt32LE(end - directory + 1, end + 12))).toThrow("outside the file");
		expect(opened(one(), (bytes) => bytes.writeUInt32LE(directory + 1, end + 16))).toThrow("outside the file");
		expect(opened(one(), (bytes) => bytes.writeUInt32LE(0, directory))).toThrow(
			"entry 0 of its directory is malformed",
		);
		expect(opened(one(), (bytes) => bytes.writeUInt16LE(2, end + 10))).toThrow("entry 1 of its directory is malformed");
		// A name, an extra field or a comment that reaches past the end.
		for (const field of [28, 30, 32])
			expect(opened(one(), (bytes) => bytes.writeUInt16LE(field === 28 ? 2 : 1, directory + field))).toThrow(
				"its directory is cut off",
			);
	});

	it("names each entry once, unencrypted, stored or deflated", () => {
		const twice = [DATA, DATA].map((content) => ({ name: "a", content }));
		expect(opened(archive(twice))).toThrow("two entries are called 'a'");
		for (const flags of [0x0001, 0x0040, 0x2000]) expect(opened(one({ flags }))).toThrow("'a' is encrypted");
		expect(opened(one({ flags: 0x0808 }))).not.toThrow();
		for (const method of [1, 7, 9]) expect(opened(one({ method }))).toThrow(`'a' is packed by method ${method}`);
	});

	it("has sizes that go together", () => {
		expect(opened(one({ inflated: 301 }))).toThrow("the sizes of 'a' contradict each other");
		expect(opened(one({ deflated: 299 }))).toThrow("the sizes of 'a' contradict each other");
		expect(read(one({ method: 8, inflated: 299 }))).toThrow(/'a' can't be inflated to its 299 bytes/);
		expect(read(one({ method: 8, inflated: 301 }))).toThrow("'a' has 300 bytes, the directory says 301");
		expect(read(one({ crc: 1 }))).toThrow("the checksum of 'a' is wrong");
		expect(read(one({ method: 8, crc: 1 }))).toThrow("the checksum of 'a' is wrong");
	});

	it("doesn't shrink more than models do, beyond a mebibyte", () => {
		const free = ZIP_LIMITS.ratioFreeBytes;
		const said = (deflated: number, inflated: number) => opened(one({ method: 8, deflated, inflated }));
		expect(said(1, free)).not.toThrow();
		expect(said(1, free + 1)).toThrow(`'a' would unpack from 1 to ${free + 1} bytes`);
		expect(said(10_000, 10_000 * ZIP_LIMITS.ratio)).not.toThrow();
		expect(said(10_000, 10_000 * ZIP_LIMITS.ratio + 1)).toThrow("'a' would unpack from 10000");
	});

	it("unpacks to no more than is read in all", () => {
		const half = ZIP_LIMITS.totalBytes / 2;
		const entry = (name: string, inflated: number): Entry => ({
			name,
			content: new Uint8Array(0),
			method: 8,
			deflated: half / 100,
			inflated,
		});
		expect(opened(archive([entry("a", half), entry("b", half)]))).not.toThrow();
		expect(opened(archive([entry("a", half), entry("b", half + 1)]))).toThrow("it would unpack to more than");
	});

	it("has an entry where the directory says, whole", () => {
		expect(read(one({ headerOffset: 1 }))).toThrow("the header of 'a' is not where the directory says");
		const { length } = one().bytes;
		expect(read(one({ headerOffset: length - 29 }))).toThrow("the header of 'a' is not where the directory says");
		expect(read(one({ headerOffset: 0xfffffff0 }))).toThrow("the header of 'a' is not where the directory says");
		// A longer extra field in the entry's own header pushes its bytes to the end of the file, and a byte past it.
		const room = length - 31 - 300;
		expect(read(one(), (bytes) => bytes.writeUInt16LE(room, 28))).toThrow("the checksum of 'a' is wrong");
		expect(read(one(), (bytes) => bytes.writeUInt16LE(room + 1, 28))).toThrow("'a' is cut off");
	});
});

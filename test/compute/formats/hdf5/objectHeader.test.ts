import { File, ready } from "h5wasm";
import { describe, expect, it } from "vitest";
import { checkSuperblock, storageOf } from "../../../../src/compute/formats/hdf5/objectHeader.js";

const CONTINUATION = 0x10;
const EXTERNAL_FILES = 0x07;

/** Bytes of a file with one dataset, and the address of the dataset's header. */
async function dataset(
	modern: boolean,
	chunked = false,
): Promise<{ readonly bytes: Buffer; readonly address: bigint }> {
	const library = await ready;
	const file = new File("/header.h5", "w", { libver: modern ? ["v110", "latest"] : ["earliest", "latest"] });
	const data = new Float32Array(100);
	file.create_dataset({ name: "d", data, shape: [100], ...(chunked ? { chunks: [50] } : {}) });
	const address = Buffer.from(library.create_object_reference(file.file_id, "/d")).readBigUInt64LE(0);
	file.close();
	const bytes = Buffer.from(library.FS.readFile("/header.h5"));
	library.FS.unlink("/header.h5");
	return { bytes, address };
}

/** Where the first message of the header begins. */
function firstMessage(bytes: Buffer, at: number, modern: boolean): number {
	if (!modern) return at + 16;
	const flags = bytes.readUInt8(at + 5);
	return at + 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0) + 2 ** (flags & 3);
}

describe.each([
	["version 1", false],
	["version 2", true],
])("object headers of %s", (_, modern) => {
	it("tells contiguous from chunked storage", async () => {
		const plain = await dataset(modern);
		checkSuperblock(plain.bytes);
		expect(storageOf(plain.bytes, plain.address)).toEqual({ kind: "contiguous", bytes: 400 });
		const chunked = await dataset(modern, true);
		expect(storageOf(chunked.bytes, chunked.address)).toEqual({ kind: "chunked" });
	});

	it("sees that values are kept in other files", async () => {
		const { bytes, address } = await dataset(modern);
		const at = firstMessage(bytes, Number(address), modern);
		// Only the type of a message tells; what the first one was (the size of the array) doesn't matter here.
		if (modern) bytes.writeUInt8(EXTERNAL_FILES, at);
		else bytes.writeUInt16LE(EXTERNAL_FILES, at);
		expect(storageOf(bytes, address)).toEqual({ kind: "external" });
	});

	it("ends where a header continues in itself", async () => {
		const { bytes, address } = await dataset(modern);
		const at = firstMessage(bytes, Number(address), modern);
		const content = at + (modern ? 4 : 8);
		bytes.fill(0, content, content + 16);
		if (modern) bytes.writeUInt8(CONTINUATION, at);
		else bytes.writeUInt16LE(CONTINUATION, at);
		bytes.writeUInt16LE(16, at + (modern ? 1 : 2));
		bytes.writeBigUInt64LE(BigInt(modern ? at - 4 : at), content);
		bytes.writeBigUInt64LE(BigInt(modern ? 28 : 24), content + 8);
		expect(() => storageOf(bytes, address)).toThrow(/HDF5 file is damaged/);
	});

	it("refuses addresses outside the file", async () => {
		const { bytes } = await dataset(modern);
		for (const address of [BigInt(bytes.length - 4), 2n ** 63n, 2n ** 64n - 1n])
			expect(() => storageOf(bytes, address)).toThrow(/it points at bytes/);
	});
});

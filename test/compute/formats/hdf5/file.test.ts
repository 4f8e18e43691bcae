import { expect, it, vi } from "vitest";

/** A superblock of version 0 that promises 4 KiB, and nothing behind it. */
function cutOff(): Buffer {
	const bytes = Buffer.alloc(96, 0xff);
	Buffer.from("894844460d0a1a0a0000000000080800", "hex").copy(bytes);
	bytes.writeUInt32LE(0x00100004, 16);
	bytes.writeUInt32LE(0, 20);
	bytes.writeBigUInt64LE(0n, 24);
	bytes.writeBigUInt64LE(4096n, 40);
	return bytes;
}

it("says in its error that a file is broken, and prints nothing", async () => {
	// The library takes hold of console.error when it is loaded.
	const printed = vi.spyOn(console, "error").mockImplementation(() => undefined);
	const { Hdf5File } = await import("../../../../src/compute/formats/hdf5/file.js");
	await expect(Hdf5File.use(cutOff(), (file) => file.kindOf("/"))).rejects.toThrow("the library can't open it");
	expect(printed).not.toHaveBeenCalled();
	printed.mockRestore();
});

/** The bytes of an IDX file of unsigned bytes. */
export function idx(sizes: readonly number[], values: readonly number[]): Buffer {
	const bytes = Buffer.alloc(4 + 4 * sizes.length + values.length);
	bytes[2] = 0x08;
	bytes[3] = sizes.length;
	for (const [i, size] of sizes.entries()) bytes.writeUInt32BE(size, 4 + 4 * i);
	bytes.set(values, 4 + 4 * sizes.length);
	return bytes;
}

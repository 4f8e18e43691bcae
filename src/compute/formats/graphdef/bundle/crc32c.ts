/** CRC-32C (Castagnoli), eight bytes at a time: Kounavis and Berry, "A Systematic Approach to Building High Performance Software-based CRC Generators", 2005. */

const POLYNOMIAL = 0x82f63b78;
const SLICES = 8;

/** Table k: what a byte does to the sum when k more bytes follow it in the same step. */
const tables = makeTables();

function makeTables(): readonly Uint32Array[] {
	const made = Array.from({ length: SLICES }, () => new Uint32Array(256));
	const [first] = made as [Uint32Array];
	for (let byte = 0; byte < 256; byte++) {
		let sum = byte;
		for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
		first[byte] = sum;
	}
	for (let k = 1; k < SLICES; k++)
		for (let byte = 0; byte < 256; byte++) {
			const before = (made[k - 1] as Uint32Array)[byte] as number;
			(made[k] as Uint32Array)[byte] = (before >>> 8) ^ (first[before & 255] as number);
		}
	return made;
}

export function crc32c(bytes: Uint8Array): number {
	const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as unknown as readonly [
		Uint32Array,
		Uint32Array,
		Uint32Array,
		Uint32Array,
		Uint32Array,
		Uint32Array,
		Uint32Array,
		Uint32Array,
	];
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let sum = 0xffffffff;
	let at = 0;
	for (; at + 8 <= bytes.length; at += 8) {
		const low = view.getUint32(at, true) ^ sum;
		const high = view.getUint32(at + 4, true);
		sum =
			(t7[low & 255] as number) ^
			(t6[(low >>> 8) & 255] as number) ^
			(t5[(low >>> 16) & 255] as number) ^
			(t4[low >>> 24] as number) ^
			(t3[high & 255] as number) ^
			(t2[(high >>> 8) & 255] as number) ^
			(t1[(high >>> 16) & 255] as number) ^
			(t0[high >>> 24] as number);
	}
	for (; at < bytes.length; at++) sum = (sum >>> 8) ^ (t0[(sum ^ (bytes[at] as number)) & 255] as number);
	return ~sum >>> 0;
}

/** As TensorFlow and LevelDB store it, so that a sum over bytes with sums in them is no accident. */
export function maskedCrc32c(bytes: Uint8Array): number {
	const sum = crc32c(bytes);
	return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}

/** A checkpoint as TensorFlow writes it: an index of names, and data files with the values. */
import { basename } from "node:path";
import { BlindspotError } from "../../../errors.js";
import { bytesFor, fromRaw } from "../../graph/bytes.js";
import { type Tensor, tensor } from "../../graph/tensor.js";
import { decode } from "../../protobuf.js";
import { type ModelFiles, resolveInside } from "../../source.js";
import { type BundleEntry, bundleEntry, bundleHeader } from "../schema.js";
import { shapeOf, typeOf } from "../tensors.js";
import { maskedCrc32c } from "./crc32c.js";
import { readTable } from "./table.js";

const LITTLE_ENDIAN = 0;
const MOST_SHARDS = 1024;

export class TensorBundle {
	private constructor(
		readonly entries: ReadonlyMap<string, Uint8Array>,
		readonly shards: readonly { readonly name: string; readonly bytes: Uint8Array }[],
	) {}

	/** Reads index and data files, `prefix` being their names before `.index`. Throws `unreadable-model`. */
	static async read(modelFile: string, prefix: string, files: ModelFiles): Promise<TensorBundle> {
		const entries = readTable(await files.read(await resolveInside(modelFile, `${prefix}.index`)));
		const header = decode(bundleHeader, entries.get("") ?? new Uint8Array(0), "The index of the variables");
		if (header.endianness !== LITTLE_ENDIAN)
			throw new BlindspotError("unsupported-model", "The variables are stored big-endian, which is not read.");
		if (!(header.shards >= 0 && header.shards <= MOST_SHARDS))
			throw new BlindspotError(
				"unreadable-model",
				`The variables lie in ${header.shards} files; ${MOST_SHARDS} is the limit.`,
			);
		const shards: TensorBundle["shards"][number][] = [];
		const padded = (n: number) => String(n).padStart(5, "0");
		for (let i = 0; i < header.shards; i++) {
			const name = `${prefix}.data-${padded(i)}-of-${padded(header.shards)}`;
			shards.push({ name: basename(name), bytes: await files.read(await resolveInside(modelFile, name)) });
		}
		return new TensorBundle(entries, shards);
	}

	has(key: string): boolean {
		return key !== "" && this.entries.has(key);
	}

	/** The tensor saved under a key, called `name`, and where it stands. Throws where it is damaged or of a type that isn't read. */
	tensor(key: string, name: string): { readonly value: Tensor; readonly place: string } {
		const found = this.entries.get(key);
		if (!found)
			throw new BlindspotError(
				"unreadable-model",
				`The variable '${name}' is not among the saved ones ('${key}').`,
				name,
			);
		const entry = decode(bundleEntry, found, `The entry of '${key}'`);
		if (entry.slices.length > 0)
			throw new BlindspotError(
				"unsupported-model",
				`The variable '${name}' is saved in slices, which are not read.`,
				name,
			);
		const type = typeOf(entry.type, name);
		const shape = shapeOf(entry.shape, name);
		const count = shape.reduce((product, size) => product * size, 1);
		if (entry.size !== bytesFor(type, count))
			throw damaged(name, `it has ${entry.size} bytes, its shape ${shape.join("×")} needs ${bytesFor(type, count)}`);
		const { bytes, place } = this.#bytes(entry, name);
		if (maskedCrc32c(bytes) !== entry.checksum) throw damaged(name, "its checksum is wrong");
		return { value: tensor(type, shape, fromRaw(type, bytes, count), name), place };
	}

	#bytes({ shard, offset, size }: BundleEntry, name: string): { readonly bytes: Uint8Array; readonly place: string } {
		const file = this.shards[shard];
		if (!file) throw damaged(name, `it lies in data file ${shard} of ${this.shards.length}`);
		const place = `bytes ${offset} to ${offset + size}`;
		if (!(offset >= 0) || offset + size > file.bytes.length)
			throw damaged(name, `it lies at ${place} of a file of ${file.bytes.length}`);
		return { bytes: file.bytes.subarray(offset, offset + size), place: `${file.name}, ${place}` };
	}
}

function damaged(name: string, why: string): BlindspotError {
	return new BlindspotError("unreadable-model", `The variable '${name}' is damaged: ${why}.`, name);
}

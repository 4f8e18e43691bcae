/**
 * HDF5 files in memory, through the WebAssembly build of the HDF5 library, which can't reach the disk. Links and
 * storage outside the file are refused before the library follows them, sizes are compared before memory is
 * taken, and every failure is an error.
 */
import { ready } from "h5wasm";
import { BlindspotError } from "../../errors.js";
import { sizeOf } from "../../network/shapes.js";
import type { Shape } from "../../network/types.js";
import { BYTES_PER_ELEMENT, type ElementType, toFloat32 } from "../numbers.js";
import { checkGlobalHeaps } from "./globalHeap.js";
import { checkSuperblock, hasHdf5Signature, storageOf } from "./objectHeader.js";

type Library = Awaited<typeof ready>;
type Metadata = ReturnType<Library["get_dataset_metadata"]>;

/** Compressed weights shrink by a tenth; more than this is a bomb. */
const LARGEST_RATIO = 200;
const LARGEST_DATASET = 2 ** 31 - 1;
const LARGEST_ATTRIBUTE_LIST = 100_000;

let opened = 0;

/** The library, kept from printing the stack of every failure: what callers need of it is in the error they get. */
const silent: Promise<Library> = ready.then((library) => {
	// Emscripten's file system has `getStream`, its types don't.
	const files = library.FS as Library["FS"] & {
		getStream(descriptor: number): Parameters<Library["FS"]["close"]>[0];
	};
	files.close(files.getStream(2));
	// Takes the first free descriptor, which is the one just closed.
	files.open("/dev/null", "w");
	return library;
});

/** An array of numbers in the file, its values not read yet. */
export interface Hdf5Dataset {
	readonly shape: Shape;
	/** Throws `unreadable-model` where the values aren't wholly in the file, `unsupported-model` for odd types. */
	read(): Float32Array;
}

export class Hdf5File {
	readonly #library: Library;
	readonly #bytes: Buffer;
	readonly #path: string;
	readonly #id: bigint;
	readonly #known = new Map<string, "group" | "dataset" | "absent">();

	private constructor(library: Library, bytes: Buffer) {
		this.#library = library;
		this.#bytes = bytes;
		// A name that no link in the file can guess, so that none leads back to the file from outside.
		this.#path = `/${process.pid}-${process.hrtime.bigint()}-${++opened}.h5`;
		library.FS.writeFile(this.#path, bytes);
		this.#id = library.open(
			this.#path,
			library.H5F_ACC_RDONLY,
			false,
			library.H5F_LIBVER_EARLIEST,
			library.H5F_LIBVER_LATEST,
		);
		if (this.#id < 0n) {
			library.FS.unlink(this.#path);
			throw damaged("the library can't open it; it may be cut off");
		}
	}

	/** Opens a file for as long as `use` runs. Whatever the library throws becomes `unreadable-model`. */
	static async use<T>(bytes: Buffer, use: (file: Hdf5File) => T): Promise<T> {
		if (!hasHdf5Signature(bytes)) throw damaged("its signature is missing");
		checkSuperblock(bytes);
		checkGlobalHeaps(bytes);
		const library = await silent;
		let file: Hdf5File | null = null;
		try {
			file = new Hdf5File(library, bytes);
			return use(file);
		} catch (thrown) {
			if (thrown instanceof BlindspotError) throw thrown;
			throw damaged(thrown instanceof Error ? thrown.message : String(thrown));
		} finally {
			if (file) file.#close();
		}
	}

	/** What is at an absolute path. Throws `unreadable-model` where the way leads over a link. */
	kindOf(path: string): "group" | "dataset" | "absent" {
		let kind: "group" | "dataset" | "absent" = "group";
		let way = "";
		for (const part of path.split("/").filter((name) => name !== "")) {
			if (kind !== "group") return "absent";
			way += `/${part}`;
			kind = this.#known.get(way) ?? this.#inspect(way);
			this.#known.set(way, kind);
		}
		return kind;
	}

	/** Names of what is in a group; empty where there is no such group. */
	names(path: string): readonly string[] {
		return this.kindOf(path) === "group" ? this.#library.get_names(this.#id, path, false) : [];
	}

	/** A text, or null where there is no such attribute. */
	text(path: string, attribute: string): string | null {
		if (!this.#attributeNames(path).includes(attribute)) return null;
		const [text] = this.#readTexts(path, attribute);
		return text ?? null;
	}

	/**
	 * A list of texts; null where there is none. Keras splits lists that don't fit into one attribute into
	 * `name0`, `name1` and so on.
	 */
	texts(path: string, attribute: string): readonly string[] | null {
		const names = new Set(this.#attributeNames(path));
		if (names.has(attribute)) return this.#readTexts(path, attribute);
		if (!names.has(`${attribute}0`)) return null;
		const texts: string[] = [];
		for (let part = 0; names.has(`${attribute}${part}`); part++) {
			for (const text of this.#readTexts(path, `${attribute}${part}`)) texts.push(text);
			if (texts.length > LARGEST_ATTRIBUTE_LIST) throw damaged(`'${attribute}' of '${path}' goes on for ever`);
		}
		return texts;
	}

	/** Looks at a dataset; nothing of its size is allocated before `read`. */
	dataset(path: string): Hdf5Dataset {
		if (this.kindOf(path) !== "dataset") throw damaged(`'${path}' is missing`);
		const metadata = this.#library.get_dataset_metadata(this.#id, path);
		const shape = metadata.shape ?? [];
		const storage = storageOf(this.#bytes, this.#addressOf(path));
		if (storage.kind === "external" || storage.kind === "virtual" || (metadata.virtual_sources?.length ?? 0) > 0)
			throw new BlindspotError(
				"unreadable-model",
				`The dataset '${path}' keeps its values in other files, which is refused.`,
				path,
			);
		return {
			shape,
			read: () => {
				const type = this.#elementType(path, metadata);
				const bytes = sizeOf(shape) * BYTES_PER_ELEMENT[type];
				const room = storage.kind === "chunked" ? this.#chunkRoom(path) : storage.bytes;
				if (bytes > room || bytes > LARGEST_DATASET)
					throw damaged(`the dataset '${path}' should have ${bytes} bytes, ${room} are in the file at most`);
				return toFloat32(this.#readBytes(path, bytes), type);
			},
		};
	}

	#inspect(path: string): "group" | "dataset" | "absent" {
		const library = this.#library;
		const type = library.get_type(this.#id, path);
		if (type === -1) return "absent";
		if (type === library.H5G_UDLINK) throw refusedLink(path, "another file");
		if (type === library.H5G_LINK) throw refusedLink(path, "nowhere");
		const target = library.get_symbolic_link(this.#id, path) as string | null;
		if (target !== null) throw refusedLink(path, `'${target}'`);
		if (type === library.H5G_GROUP) return "group";
		if (type === library.H5G_DATASET) return "dataset";
		return "absent";
	}

	#attributeNames(path: string): readonly string[] {
		return this.kindOf(path) === "absent" ? [] : this.#library.get_attribute_names(this.#id, path);
	}

	#readTexts(path: string, attribute: string): readonly string[] {
		const library = this.#library;
		const metadata = library.get_attribute_metadata(this.#id, path, attribute);
		const { size, vlen } = metadata;
		const count = metadata.shape === null ? 0 : sizeOf(metadata.shape);
		if (count === 0) return [];
		const what = `the attribute '${attribute}' of '${path}'`;
		if (metadata.type !== library.H5T_class_t.H5T_STRING.value) throw damaged(`${what} is no text`);
		if (count > LARGEST_ATTRIBUTE_LIST || count * size > this.#bytes.length)
			throw damaged(`${what} is larger than the file`);
		return this.#withMemory(count * size, (pointer) => {
			const status = library.get_attribute_data(this.#id, path, attribute, BigInt(pointer));
			if (status < 0) throw damaged(`${what} can't be read`);
			const texts = Array.from({ length: count }, (_, i) =>
				vlen ? this.#textAt(this.#pointerAt(pointer + 4 * i)) : this.#textAt(pointer + i * size, size),
			);
			if (vlen) library.reclaim_vlen_memory(this.#id, path, attribute, BigInt(pointer));
			return texts;
		});
	}

	/** UTF-8 up to a zero byte, at most `most` bytes. */
	#textAt(pointer: number, most = Number.POSITIVE_INFINITY): string {
		if (pointer === 0) return "";
		const memory = this.#library.HEAPU8;
		const zero = memory.indexOf(0, pointer);
		const end = Math.min(zero === -1 ? memory.length : zero, pointer + most);
		return new TextDecoder().decode(memory.subarray(pointer, end));
	}

	#pointerAt(address: number): number {
		const memory = this.#library.HEAPU8;
		return new DataView(memory.buffer, memory.byteOffset).getUint32(address, true);
	}

	#elementType(path: string, metadata: Metadata): ElementType {
		const { H5T_class_t } = this.#library;
		const { type, size, signed } = metadata;
		if (type === H5T_class_t.H5T_FLOAT.value) {
			if (size === 2) return "float16";
			if (size === 4) return "float32";
			if (size === 8) return "float64";
		}
		if (type === H5T_class_t.H5T_INTEGER.value && size === 4 && signed) return "int32";
		if (type === H5T_class_t.H5T_OPAQUE.value && size === 2 && this.text(path, "dtype") === "bfloat16")
			return "bfloat16";
		throw new BlindspotError(
			"unsupported-model",
			`The dataset '${path}' holds values of HDF5 class ${type} and ${size} bytes; weights of 16, 32 or 64 bit floating point are read.`,
			path,
		);
	}

	/** The most bytes that compressed or chunked values can mean. */
	#chunkRoom(path: string): number {
		const filters = this.#library.get_dataset_filters(this.#id, path);
		return filters.length === 0 ? this.#bytes.length : LARGEST_RATIO * this.#bytes.length;
	}

	#readBytes(path: string, bytes: number): Uint8Array {
		if (bytes === 0) return new Uint8Array(0);
		return this.#withMemory(bytes, (pointer) => {
			const status = this.#library.get_dataset_data(this.#id, path, null, null, null, BigInt(pointer));
			// The library leaves the memory as it was where it fails; such values must not get out.
			if (status < 0) throw damaged(`the values of '${path}' can't be read`);
			return this.#library.HEAPU8.slice(pointer, pointer + bytes);
		});
	}

	/** Address of an object's header: an HDF5 object reference is just that. */
	#addressOf(path: string): bigint {
		const reference = this.#library.create_object_reference(this.#id, path);
		return Buffer.from(reference).readBigUInt64LE(0);
	}

	#withMemory<T>(bytes: number, use: (pointer: number) => T): T {
		const pointer = this.#library._malloc(bytes);
		if (pointer === 0) throw damaged(`there is no memory for ${bytes} bytes of it`);
		try {
			return use(pointer);
		} finally {
			this.#library._free(pointer);
		}
	}

	#close(): void {
		this.#library.close_file(this.#id);
		this.#library.FS.unlink(this.#path);
	}
}

function refusedLink(path: string, target: string): BlindspotError {
	return new BlindspotError(
		"unreadable-model",
		`'${path}' is a link to ${target}; links in HDF5 files are refused.`,
		path,
	);
}

function damaged(why: string): BlindspotError {
	return new BlindspotError("unreadable-model", `The HDF5 file can't be read: ${why}.`);
}

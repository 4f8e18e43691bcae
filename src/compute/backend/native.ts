/** Native TensorFlow through tfjs-node, which stays outside the bundle: its binding is found relative to its own files. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import util from "node:util";
import { version_core } from "@tensorflow/tfjs-core";
import { asBlindspotError, BlindspotError } from "../errors.js";
import { registerGradientKernels } from "./native/gradientKernels.js";
import { use } from "./use.js";

/**
 * Starts native TensorFlow; returns its version. Throws `backend` where there is none, or none that loads.
 *
 * @param nativePath folder of a native build of tfjs-node; null for the usual places
 */
export async function startNative(nativePath: string | null): Promise<string> {
	const folder = nativeFolders(nativePath).find((candidate) => existsSync(join(candidate, TFJS_NODE)));
	if (!folder)
		throw new BlindspotError(
			"backend",
			nativePath ? `There is no native TensorFlow in ${nativePath}.` : "No native TensorFlow was set up.",
			nativePath,
		);
	process.env.TF_CPP_MIN_LOG_LEVEL ??= "3";
	restoreIsNullOrUndefined();
	try {
		const load = createRequire(join(folder, TFJS_NODE, "package.json"));
		silently(() => load(join(folder, TFJS_NODE)));
		await use("tensorflow");
		registerGradientKernels();
	} catch (error) {
		throw new BlindspotError(
			"backend",
			`Native TensorFlow in ${folder} doesn't load: ${asBlindspotError(error).message}`,
			folder,
		);
	}
	return `TensorFlow ${nativeVersion(folder)}`;
}

const TFJS_NODE = join("node_modules", "@tensorflow", "tfjs-node");

/**
 * Where a native build may be: where the setting says; else beside the extension, or in the cache that
 * `scripts/native.mjs` fills, which documents the folder's layout.
 */
function nativeFolders(nativePath: string | null): readonly string[] {
	if (nativePath) return [resolve(nativePath)];
	const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
	const cache = process.env.BLINDSPOT_CACHE ?? join(caches, "blindspot");
	return [join(dirname(fileURLToPath(import.meta.url)), "..", "native"), join(cache, "native")];
}

/** What set-up wrote down; a build that somebody made by hand has no such file. */
function nativeVersion(folder: string): string {
	const stamp = join(folder, "tensorflow-version");
	const isThere = statSync(stamp, { throwIfNoEntry: false })?.isFile();
	return isThere ? readFileSync(stamp, "utf8").trim() : `of tfjs-node ${version_core}`;
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed. */
function restoreIsNullOrUndefined(): void {
	const legacy = util as { isNullOrUndefined?: (value: unknown) => boolean };
	legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
}

/**
 * tfjs-node brings its own copy of tfjs-core, which shares engine and kernel registry with ours through globals
 * and warns about every kernel that it registers a second time.
 */
function silently(load: () => unknown): void {
	const { warn } = console;
	console.warn = () => {};
	try {
		load();
	} finally {
		console.warn = warn;
	}
}

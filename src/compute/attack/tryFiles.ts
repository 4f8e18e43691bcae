/** Whether the files that an attack is to leave can be written, before anything is computed. */
import { makeFolder, tryWriting } from "../data/files.js";
import type { AttackParams } from "./requests.js";

/** Makes the folder for the PNGs, and tries whether what is asked for can be written. Throws `unwritable`. */
export async function tryFiles({ out, npz }: Pick<AttackParams, "out" | "npz">): Promise<void> {
	if (out !== null) await makeFolder(out);
	if (npz !== null) await tryWriting(npz);
}

/** What is said of data that can't be read. */
import { BlindspotError } from "../errors.js";

/** `where` is a file, or a part of one: "data.npz, array 'x'"; `what` is the matter with it. */
export function unreadable(where: string, what: string): BlindspotError {
	return new BlindspotError("unreadable-data", `${where}: ${what}`, where);
}

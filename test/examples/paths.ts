import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const examples = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "examples");

/** Path of a file of the example workspace. */
export function example(...path: readonly string[]): string {
	return join(examples, ...path);
}

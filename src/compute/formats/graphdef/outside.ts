/** Operations that reach out of a graph: to files, to Python, to the screen. None is ever run. */
import type { GraphDef } from "./schema.js";

/** What saves and restores a model's own variables is left out: nearly every SavedModel has it. */
const OUTSIDE =
	/^(ReadFile|WriteFile|MatchingFiles|(Load|Save)Dataset(V2)?|(TextLine|TFRecord|FixedLengthRecord)Dataset(V2)?|(WholeFile|TextLine|TFRecord|FixedLengthRecord)Reader(V2)?|(Eager)?PyFunc(Stateless)?|PrintV2|CreateSummaryFileWriter|Write\w*Summary)$/;

/** Whether an operation reaches out of the graph. */
export function reachesOut(operation: string): boolean {
	return OUTSIDE.test(operation);
}

/** A sentence for people about such operations in a graph and its functions; null where there are none. */
export function outsideNote({ nodes, library }: GraphDef): string | null {
	const all = [nodes, ...(library?.functions ?? []).map((f) => f.nodes)].flat();
	const found = [...new Set(all.flatMap(({ operation }) => (reachesOut(operation) ? [operation] : [])))].sort();
	if (found.length === 0) return null;
	return `The file holds operations that reach out of the model (${found.join(", ")}). The output doesn't need them; Blindspot never runs them.`;
}

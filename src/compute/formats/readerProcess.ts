/** Entry of the short-lived process that parses one model file: one request, how far it is, one answer, end. */
import { asBlindspotError } from "../errors.js";
import { ignoreInterrupts } from "../processGroup.js";
import { readModel } from "./read.js";
import type { ReaderAnswer, ReaderProgress, ReaderRequest } from "./readerMessages.js";

const TELL_MILLISECONDS = 200;
let told = performance.now();

function tell(read: number, of: number): void {
	if (performance.now() - told < TELL_MILLISECONDS) return;
	told = performance.now();
	process.send?.({ kind: "reading", read, of } satisfies ReaderProgress);
}

async function answer({ path, options }: ReaderRequest): Promise<ReaderAnswer> {
	try {
		return { kind: "read", model: await readModel(path, options, tell) };
	} catch (thrown) {
		const { reason, message, subject } = asBlindspotError(thrown);
		return { kind: "failed", reason, message, subject };
	}
}

ignoreInterrupts();
process.once("message", (request: ReaderRequest) => {
	void answer(request).then((result) => process.send?.(result, () => process.exit(0)));
});
// Whoever asked is gone; nobody waits for the answer.
process.once("disconnect", () => process.exit(0));

/** Entry of the short-lived process that parses one model file: one request, how far it is, one answer, end. */

import { endWithParent, ignoreInterrupts } from "../childProcess.js";
import { asBlindspotError } from "../errors.js";
import { readModel } from "./read.js";
import type { ReaderAnswer, ReaderProgress, ReaderRequest } from "./readerMessages.js";

/** Whoever asked ends a reader that takes too long; this is for one that nobody ends. */
const GRACE_SECONDS = 5;
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
	endWithParent((request.timeoutSeconds + GRACE_SECONDS) * 1000);
	void answer(request).then((result) => process.send?.(result, () => process.exit(0)));
});

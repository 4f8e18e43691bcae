import type { Control } from "../../src/compute/prepare/context.js";

/** What a handler is given in a test: nobody cancels, stops or listens unless the test says so. */
export function control<Progress>(own: Partial<Control<Progress>> = {}): Control<Progress> {
	return { signal: new AbortController().signal, tell: () => undefined, stopped: () => false, ...own };
}

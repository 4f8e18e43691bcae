/** Runs whose result so far is worth having: they end early where others are cancelled. */
import type { ComputeClient } from "./client.js";

/**
 * Asks for a run. When `signal` is raised the run ends with what it has, once `hasSome()`; before, there is nothing to keep and
 * it is cancelled. Throws what `ask` throws, `cancelled` among it.
 */
export async function endingEarly<T>(
	client: Pick<ComputeClient, "stop">,
	run: string,
	signal: AbortSignal,
	hasSome: () => boolean,
	ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
	const cancel = new AbortController();
	const end = (): void => {
		// A process that is gone ends the request by itself.
		if (hasSome()) client.stop({ run }).catch(() => undefined);
		else cancel.abort();
	};
	// Nothing was asked yet, and perhaps no process is there that could be told.
	if (signal.aborted) cancel.abort();
	signal.addEventListener("abort", end, { once: true });
	try {
		return await ask(cancel.signal);
	} finally {
		signal.removeEventListener("abort", end);
	}
}

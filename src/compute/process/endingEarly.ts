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
		if (hasSome()) void client.stop({ run });
		else cancel.abort();
	};
	if (signal.aborted) end();
	signal.addEventListener("abort", end, { once: true });
	try {
		return await ask(cancel.signal);
	} finally {
		signal.removeEventListener("abort", end);
	}
}

/**
 * The compute process as its users see it: a method for each request that a room declares. Used by the extension, the
 * command line and tests.
 */
import type { Declared } from "../reports/request.js";
import {
	type ParamsOf,
	type ProgressOf,
	REQUESTS,
	type RequestName,
	type Requests,
	type ResultOf,
	type StopParams,
	stop,
} from "./protocol.js";
import { type ComputeProcessOptions, RestartingProcess } from "./restartingProcess.js";

/**
 * A request as a method. Where it has to be run again (a cancel of another request stayed unanswered), `onProgress` hears its
 * beginning a second time.
 */
type Call<D extends Declared<unknown, unknown, unknown>> = [ProgressOf<D>] extends [never]
	? (params: ParamsOf<D>, signal?: AbortSignal) => Promise<ResultOf<D>>
	: (params: ParamsOf<D>, onProgress?: (event: ProgressOf<D>) => void, signal?: AbortSignal) => Promise<ResultOf<D>>;

type Calls = { readonly [Name in RequestName]: Call<Requests[Name]> };

class Client extends RestartingProcess {
	/** Ends a run early, or the search for one of its images; its answer says what there is by then. */
	async stop(params: StopParams): Promise<void> {
		await this.notify(stop, params);
	}
}

/** `Client` with the methods of `Calls`, which are put onto it below. */
export const ComputeClient = Client as new (options: ComputeProcessOptions) => Client & Calls;
export type ComputeClient = Client & Calls;

for (const [name, { tells }] of Object.entries(REQUESTS)) {
	Object.defineProperty(Client.prototype, name, {
		value(this: Client, params: { readonly run: string }, ...rest: readonly unknown[]) {
			const [onProgress, signal] = (tells ? rest : [undefined, ...rest]) as [((event: unknown) => void)?, AbortSignal?];
			return this.request(name, params, tells ? { run: params.run, hear: onProgress } : null, signal);
		},
		writable: true,
	});
}

/**
 * Everything that crosses between the compute process and its clients (the extension, the command line, tests):
 * JSON-RPC over the fork's channel with `serialization: "advanced"`, so typed arrays stay typed arrays. Each room declares its
 * requests; here they are put together.
 */
import { NotificationType, ProgressType, RequestType } from "vscode-jsonrpc";
import { probeRequests } from "../activations/probe/requests.ts";
import { unitRequests } from "../activations/unit/requests.ts";
import { attackRequests } from "../attack/requests.ts";
import type { ErrorReason } from "../errors.ts";
import { lipschitzRequests } from "../lipschitz/requests.ts";
import { modelRequests } from "../modelDetails/requests.ts";
import { predictRequests } from "../predict/requests.ts";
import type { Declared } from "../reports/request.ts";
import { robustnessRequests } from "../robustness/requests.ts";
import { processRequests } from "./requests.ts";

export const REQUESTS = {
	...processRequests,
	...modelRequests,
	...predictRequests,
	...attackRequests,
	...lipschitzRequests,
	...probeRequests,
	...unitRequests,
	...robustnessRequests,
} as const;

export type Requests = typeof REQUESTS;
export type RequestName = keyof Requests;

export type ParamsOf<D> = D extends Declared<infer Params, unknown, unknown> ? Params : never;
export type ResultOf<D> = D extends Declared<unknown, infer Result, unknown> ? Result : never;
export type ProgressOf<D> = D extends Declared<unknown, unknown, infer Progress> ? Progress : never;

/** A request on the wire. */
export function typeOf(name: string): RequestType<unknown, unknown, ErrorData> {
	return new RequestType(name);
}

/** What a request tells travels under the name of its run. */
export const progress = new ProgressType<unknown>();

export interface StopParams {
	readonly run: string;
	/** Only this image of the run; where absent the whole run. */
	readonly image?: number;
}

/** Ends a run early, or the search for one of its images: it answers with what it has. */
export const stop = new NotificationType<StopParams>("stop");

export interface ErrorData {
	readonly reason: ErrorReason;
	readonly subject: string | null;
}

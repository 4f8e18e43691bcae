/** Checks messages that any page may send before the extension acts on them. Not part of the pages' bundles. */
import { z } from "zod";
import { type CommonPageMessage, EXPORT_FORMATS } from "./messages.js";

const message = z.discriminatedUnion("type", [
	z.strictObject({ type: z.literal("ready"), report: z.string().max(200).nullable() }),
	z.strictObject({ type: z.literal("cancel") }),
	z.strictObject({ type: z.literal("chooseModel") }),
	z.strictObject({ type: z.literal("chooseData"), from: z.enum(["folder", "file"]) }),
	z.strictObject({ type: z.literal("copy"), text: z.string().max(5_000_000) }),
	z.strictObject({ type: z.literal("export"), format: z.enum(EXPORT_FORMATS) }),
	z.strictObject({ type: z.literal("openSource"), source: z.string().min(1).max(4_096) }),
	z.strictObject({ type: z.literal("openConfiguration") }),
	z.strictObject({ type: z.literal("openMemorySetting") }),
	z.strictObject({ type: z.literal("showLog") }),
	z.strictObject({ type: z.literal("restartCompute") }),
]) satisfies z.ZodType<CommonPageMessage>;

/** The message; null where it is none of the common ones. */
export function parseCommonMessage(received: unknown): CommonPageMessage | null {
	const parsed = message.safeParse(received);
	return parsed.success ? parsed.data : null;
}

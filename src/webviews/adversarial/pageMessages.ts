/** Checks what is this page's own before the extension acts on it. Not part of the page's bundle. */
import { z } from "zod";
import { ATTACK_METHODS, EFFORTS } from "../../compute/attack/methods.js";
import { type OwnPageMessage, SAVED_PARTS } from "./messages.js";

const index = z.number().int().nonnegative();
const budget = z.number().int().positive().nullable();
const factor = z.number().positive().finite();

const target = z.discriminatedUnion("kind", [
	z.strictObject({ kind: z.literal("any") }),
	z.strictObject({ kind: z.literal("next") }),
	z.strictObject({ kind: z.literal("random") }),
	z.strictObject({ kind: z.literal("second") }),
	z.strictObject({ kind: z.literal("label"), index }),
]);

const message = z.discriminatedUnion("type", [
	z.strictObject({
		type: z.literal("run"),
		model: z.string().min(1),
		method: z.enum(ATTACK_METHODS),
		target,
		effort: z.enum(EFFORTS),
		budget,
	}),
	z.strictObject({ type: z.literal("runImage"), index, target, budget }),
	z.strictObject({ type: z.literal("runOthers") }),
	z.strictObject({ type: z.literal("stopImage"), index }),
	z.strictObject({ type: z.literal("compareMethods"), index, methods: z.array(z.enum(ATTACK_METHODS)) }),
	z.strictObject({ type: z.literal("stopMethod"), method: z.enum(ATTACK_METHODS) }),
	z.strictObject({ type: z.literal("chooseImages") }),
	z.strictObject({ type: z.literal("save"), index, what: z.enum(SAVED_PARTS), factor }),
	z.strictObject({ type: z.literal("saveAll"), factor }),
	z.strictObject({ type: z.literal("useTried"), index }),
	z.strictObject({ type: z.literal("runAsAssumed") }),
	z.strictObject({ type: z.literal("setPreprocessing") }),
	z.strictObject({ type: z.literal("writeTried"), index }),
	z.strictObject({ type: z.literal("takeOutput"), name: z.string().min(1) }),
]) satisfies z.ZodType<OwnPageMessage>;

/** The message, or null where it is none of the page's own. */
export function parsePageMessage(received: unknown): OwnPageMessage | null {
	const parsed = message.safeParse(received);
	return parsed.success ? parsed.data : null;
}

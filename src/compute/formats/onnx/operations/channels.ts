/** What convolutions and their transposes have in common. */
import type { Weight } from "../../../network/types.js";
import { weightOf } from "../../graph/emitter.js";
import type { Inputs } from "../lowering.js";
import type { OnnxNode } from "../node.js";

export function groupsOf(node: OnnxNode, channels: number): number {
	const groups = node.int("group", 1);
	if (!Number.isSafeInteger(groups) || groups < 1 || channels % groups !== 0)
		throw node.damaged(`${channels} channels can't be split into ${groups} groups`);
	return groups;
}

export function biasOf(inputs: Inputs, at: number): Weight | null {
	const found = inputs.optionalConstant(at, "bias");
	return found && weightOf(found);
}

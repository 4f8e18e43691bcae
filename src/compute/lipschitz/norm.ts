/** What is said of one operation: how far it can stretch the distance of two inputs, in L2. */

export type Norm =
	| {
			readonly kind: "exact" | "upper";
			readonly upper: number;
			/** The paper's value for a convolution; null for others. */
			readonly circular: number | null;
			/** Why it isn't exact; null where it is. */
			readonly because: string | null;
	  }
	| { readonly kind: "unbounded"; readonly because: string };

export function exact(upper: number): Norm {
	return { kind: "exact", upper, circular: null, because: null };
}

export function atMost(upper: number, because: string): Norm {
	return { kind: "upper", upper, circular: null, because };
}

export function unbounded(because: string): Norm {
	return { kind: "unbounded", because };
}

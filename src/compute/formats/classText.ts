/** Class names that a model's file keeps in its own metadata, as text: their form is that of files of class names. */
import type { ClassText } from "../network/types.js";

/** Keys under which exporters and people keep them: Ultralytics `names`, Keras users `class_names`, Hugging Face `id2label`. */
const KEYS = ["class_names", "classNames", "names", "classes", "labels", "id2label", "categories"] as const;

/** The first of the usual keys that has a value with several names; null where none has. `found` gives text, or a JSON value. */
export function classTextIn(where: string, found: (key: string) => unknown): ClassText | null {
	for (const key of KEYS) {
		const value = found(key);
		const text =
			typeof value === "string" ? value : typeof value === "object" && value !== null ? JSON.stringify(value) : "";
		if (/[,\n]/.test(text)) return { place: `'${key}' in ${where}`, text };
	}
	return null;
}

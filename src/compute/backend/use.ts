/** Makes a registered TensorFlow.js backend the one that computes. */
import * as tf from "@tensorflow/tfjs-core";
import { BlindspotError } from "../errors.js";

/** Throws `backend` where TensorFlow.js can't start it. */
export async function use(registeredName: string): Promise<void> {
	if (!(await tf.setBackend(registeredName)))
		throw new BlindspotError("backend", `The backend '${registeredName}' doesn't start.`);
	await tf.ready();
}

/**
 * What an agent hands to the language-model tools. VS Code does not hold it against the schema in the
 * manifest, so that it is checked here; the messages are for the agent.
 */
import * as v from 'valibot';

const absolutePath = v.pipe(
  v.string(),
  v.startsWith('/', 'is not an absolute path: a tool has no working directory'),
  v.check((path) => !path.includes('\0'), 'has a null byte, which no path has'),
);
/** PID_MAX_LIMIT of include/linux/threads.h. */
const processId = v.pipe(
  v.number('is not a number'),
  v.integer('is not a whole number'),
  v.minValue(1, 'is less than 1'),
  v.maxValue(4_194_304, 'is more than any process id'),
);

export const agentInputs = {
  capwright_check_program: v.strictObject({
    program: absolutePath,
    operations: v.exactOptional(v.array(v.string())),
    processId: v.exactOptional(processId),
  }),
  capwright_explain_error: v.strictObject({
    message: v.pipe(v.string(), v.nonEmpty('is empty')),
    program: v.exactOptional(absolutePath),
  }),
  capwright_lint_unit: v.strictObject({
    path: absolutePath,
    manager: v.exactOptional(v.picklist(['system', 'user'], 'is neither system nor user')),
    systemdVersion: v.exactOptional(
      v.pipe(
        v.number('is not a number'),
        v.integer('is not a whole number'),
        v.minValue(245, 'is older than 245, the oldest release that is known'),
        v.maxValue(999, 'is no release of systemd'),
      ),
    ),
  }),
  capwright_read_credentials: v.strictObject({ processId }),
} as const;

export type AgentTool = keyof typeof agentInputs;
export type AgentInput<T extends AgentTool> = v.InferOutput<(typeof agentInputs)[T]>;

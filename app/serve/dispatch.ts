import { type CommandName, commands, type Handlers } from '../contract/commands.ts';
import { OffpeakError } from '../contract/errors.ts';

/**
 * Runs one command by name: input and output checked against the contract. Throws
 * `serve.unknown-command`, `serve.bad-input`, or what the handler throws.
 */
export async function dispatch(handlers: Handlers, name: string, input: unknown): Promise<unknown> {
  if (!isCommand(name)) {
    throw new OffpeakError('serve.unknown-command', {
      message: `There is no command "${name}".`,
    });
  }
  const parsed = commands[name].input.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new OffpeakError('serve.bad-input', {
      message: `${name}: ${issue?.path.join('.') || 'input'}: ${issue?.message ?? 'not valid'}.`,
    });
  }
  const handler: (input: never) => Promise<unknown> = handlers[name];
  // safeParse has just proved the input; TypeScript cannot follow that through the table's key.
  return commands[name].output.parse(await handler(parsed.data as never));
}

// Own properties alone: "constructor" is as unknown as a typing error.
function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}

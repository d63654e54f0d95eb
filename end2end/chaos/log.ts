import { execFile } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from '../fixtures.ts';
import type { Conversation } from '../pages/conversation.ts';
import type { Desk } from '../support/desk.ts';

/** A message or note as the desk has stored it. */
export interface Row {
  conversation: string;
  seq: number;
  pub_seq: number | null;
  public: boolean;
  client: string;
  text: string;
}

type Audience = 'customer' | 'agent';

/** A bubble, or a row as it should look to its reader. */
type Line = [client: string, number: number, text: string];

const started = promisify(execFile);

/** What is stored, past the product's own code. */
export async function stored(desk: Desk): Promise<Row[]> {
  const { stdout } = await started(rig(), ['log', `sqlite://${join(desk.data, 'deskbell.db')}`], { maxBuffer: 64 << 20 });
  return JSON.parse(stdout) as Row[];
}

function rig(): string {
  const beside = join(dirname(process.env['DESKBELL_BIN'] ?? join(import.meta.dirname, '../../target/debug/deskbell')), 'deskbell-rig');
  return resolve(process.env['DESKBELL_RIG'] ?? beside);
}

/** The bubbles of a screen from the first to the last; one that is not confirmed has the number 0. */
export async function shown(screen: Conversation): Promise<Line[]> {
  return screen.bubbles.evaluateAll((bubbles) =>
    bubbles.map((bubble) => {
      const text = bubble.querySelector('.bubble__text')?.textContent ?? '';
      return [bubble.getAttribute('data-client-id') ?? '', Number(bubble.getAttribute('data-seq') ?? 0), text] as Line;
    }),
  );
}

/**
 * In quiet every screen shows exactly what its reader may see of the log: each message once (M7), all of them in the order
 * of their numbers (M4, M6), and nothing that is not stored (M8); nothing waits (M9). For desks with a single chat.
 */
export async function agrees(desk: Desk, screens: [Conversation, Audience][], within = 20_000): Promise<Row[]> {
  let rows: Row[] = [];
  const differences = async () => {
    rows = await stored(desk);
    const found = await Promise.all(screens.map(([screen, audience], place) => difference(screen, audience, rows, place)));
    return found.flat();
  };
  await expect.poll(differences, { timeout: within, message: 'the screens hold what is stored' }).toEqual([]);
  return rows;
}

async function difference(screen: Conversation, audience: Audience, rows: Row[], place: number): Promise<string[]> {
  const due: Line[] = rows.filter((row) => audience === 'agent' || row.public).map((row) => [row.client, (audience === 'agent' ? row.seq : row.pub_seq) ?? 0, row.text]);
  const bubbles = await shown(screen);
  const twice = bubbles.length - new Set(bubbles.map(([client]) => client)).size;
  const at = due.findIndex((line, index) => JSON.stringify(line) !== JSON.stringify(bubbles[index]));
  if (twice === 0 && at < 0 && due.length === bubbles.length) return [];
  return [`screen ${place} (${audience}): ${bubbles.length} bubbles for ${due.length} rows, ${twice} twice, first other one at ${at}`];
}

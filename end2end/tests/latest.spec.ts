import { expect, test } from '../fixtures.ts';
import type { Conversation } from '../pages/conversation.ts';

/** How far the log is from its end, in pixels. */
async function left(chat: Conversation): Promise<number> {
  return chat.log.evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
}

/** A reader who has gone back stays there when something comes, and one press leads to it. */
async function readsBack(reader: Conversation, other: Conversation, words: string): Promise<void> {
  const latest = reader.within.getByRole('button', { name: 'Latest messages' });
  await expect(latest).toHaveCount(0);
  await reader.log.evaluate((log) => log.scrollTo(0, 0));
  await expect(latest).toBeVisible();
  await other.say(words);
  await reader.shows(words);
  expect(await left(reader)).toBeGreaterThan(100);
  await latest.click();
  await expect.poll(() => left(reader)).toBeLessThan(20);
  await expect(latest).toHaveCount(0);
  await expect(reader.bubble(words)).toBeInViewport();
}

test('who reads back in a chat stays there, and finds the latest messages again', async ({ agent, customer }) => {
  const sofia = await agent();
  const nora = await customer();
  const side = await nora.asks({ name: 'Nora Lind', message: 'A long story.' });
  await sofia.goReady();
  const chat = await sofia.accept('Nora Lind');
  for (const line of Array.from({ length: 14 }, (_, n) => `Part ${n + 1} of a story that takes more than one line to tell.`)) {
    await side.say(line);
  }
  await chat.shows('Part 14');
  await readsBack(chat, side, 'One more thing');
  await readsBack(side, chat, 'We have the whole story now');
});

import { expect } from '../fixtures.ts';
import { agrees } from './log.ts';
import { inChat, test } from './stage.ts';

/** A line that has gone silent is found out this soon, with nobody touching anything. */
const NOTICES = 40_000;

test('F16 a silent line is noticed by both sides by themselves', async ({ agent, customer, desk, watch }) => {
  const sofia = await agent('Sofia', { line: true });
  const nora = await customer({ line: true });
  const chat = await inChat(sofia, nora);
  await chat.say('How can I help?');
  await nora.chat.shows('How can I help?');
  const from = Date.now();
  sofia.person.line.halfOpen();
  nora.person.line.halfOpen();
  await nora.chat.say('In the silence');
  await Promise.all([expect(nora.lost).toBeVisible({ timeout: NOTICES }), expect(sofia.link).toContainText('Reconnecting.', { timeout: NOTICES })]);
  test.info().annotations.push({ type: 'noticed after', description: `${Date.now() - from} ms` });

  watch.allowNetworkErrors();
  for (const { person } of [sofia, nora]) {
    person.line.cut();
    person.line.restore();
  }
  await agrees(desk, [[chat, 'agent'], [nora.chat, 'customer']]);
});

import { expect, test } from '../fixtures.ts';

test('a reload goes on with the same chat on both sides', async ({ agent, customer }) => {
  const sofia = await agent();
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Which bulb fits?' });
  const chat = await sofia.accept('Nora Lind');
  await chat.say('Any with an E27 base.');
  await nora.chat.shows('Any with an E27 base.');

  await chat.message.pressSequentially('But not ov');
  await sofia.reload();
  await expect(chat.message).toHaveValue('But not ov');
  await chat.shows('Which bulb fits?');
  await chat.shows('Any with an E27 base.');
  await sofia.isShownAs('Ready');

  await nora.chat.message.pressSequentially('Over how m');
  await nora.reload();
  await nora.chat.shows('Which bulb fits?');
  await nora.chat.shows('Any with an E27 base.');
  await expect(nora.form.start).toHaveCount(0);
  await nora.chat.say('Over how many watts?');
  await chat.shows('Over how many watts?');
  await chat.say('Sixty.');
  await nora.chat.shows('Sixty.');
  await nora.chat.isInOrder();
  await chat.isInOrder();
});

test('a customer goes on in a second tab', async ({ agent, customer }) => {
  const sofia = await agent();
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Which bulb fits?' });
  const chat = await sofia.accept('Nora Lind');

  const second = await nora.anotherTab();
  await second.chat.shows('Which bulb fits?');
  await expect(sofia.card('Nora Lind')).toHaveCount(1);
  await chat.say('Any with an E27 base.');
  for (const tab of [nora, second]) await tab.chat.shows('Any with an E27 base.');
  await second.chat.say('Thank you.');
  for (const side of [nora.chat, second.chat, chat]) {
    await side.shows('Thank you.');
    await side.isInOrder();
  }
  await nora.page.close();
  await second.chat.say('Still here.');
  await chat.shows('Still here.');
});

test('an offer rings in both tabs of an agent, and stops in both', async ({ agent, customer }) => {
  const sofia = await agent();
  await sofia.goReady();
  const second = await sofia.anotherTab();
  await second.isShownAs('Ready');
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Which bulb fits?' });
  for (const tab of [sofia, second]) await expect(tab.offer('Nora Lind')).toBeVisible();

  const chat = await sofia.accept('Nora Lind');
  await expect(second.offers).toHaveCount(0);
  const beside = await second.seesChat('Nora Lind');
  await chat.say('Any with an E27 base.');
  await beside.shows('Any with an E27 base.');
  await beside.say('Up to sixty watts.');
  for (const side of [chat, beside, nora.chat]) {
    await side.shows('Up to sixty watts.');
    await side.isInOrder();
  }

  // Closing one of two tabs changes nothing.
  await second.page.close();
  await nora.chat.say('Thank you.');
  await chat.shows('Thank you.');
  await sofia.isShownAs('Ready');
});

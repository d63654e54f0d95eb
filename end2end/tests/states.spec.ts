import { axeInBothThemes, expect, test } from '../fixtures.ts';
import { Console } from '../pages/console.ts';

test('a reason is chosen from the menu and stands beside the state', async ({ agent }) => {
  const sofia = await agent();
  await sofia.state.click();
  await expect(sofia.page.getByRole('menuitemradio')).toHaveText(['Ready', 'Break', 'Lunch', 'Meeting', 'Training', 'Offline']);
  await sofia.page.keyboard.press('Escape');
  await sofia.choose('Lunch');
  await sofia.isShownAs('Not ready');
  await expect(sofia.state).toHaveAccessibleDescription('0 of 4 chats. Lunch');
  await axeInBothThemes(sofia.page);
  await sofia.choose('Ready');
  await sofia.isShownAs('Ready');
  await expect(sofia.state).toHaveAccessibleDescription('0 of 4 chats');
});

test('who is set Not ready by a supervisor is told by whom, and may go Ready again', async ({ agent, office }) => {
  const marek = await agent('Marek');
  await marek.goReady();
  await office.force('Marek', { wish: 'not_ready', reason: null });
  await marek.isShownAs('Not ready');
  await expect(marek.state).toHaveAccessibleDescription('0 of 4 chats. Set by Sofia Marin');
  const notice = marek.page.getByRole('region', { name: 'Notices' });
  await expect(notice).toContainText('Sofia Marin set you Not ready');
  await marek.reload();
  await expect(marek.state).toHaveAccessibleDescription('0 of 4 chats. Set by Sofia Marin');
  await marek.goReady();
  await expect(marek.state).toHaveAccessibleDescription('0 of 4 chats');
});

test('the desk hears of input, at most every 25 seconds, and only of input', async ({ desk, person }) => {
  const sofia = new Console(await person(), desk);
  const said: string[] = [];
  sofia.page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => said.push(String(payload))));
  await sofia.page.clock.install();
  await sofia.signIn(desk.agent('Sofia'));
  await sofia.open();
  const inputs = () => said.filter((frame) => frame.includes('"t":"input"')).length;
  const before = inputs();
  await sofia.page.clock.fastForward(26_000);
  await sofia.page.mouse.move(200, 200);
  await expect.poll(inputs).toBe(before + 1);
  for (const at of [210, 220, 230]) await sofia.page.mouse.move(at, at);
  await sofia.page.keyboard.press('Shift');
  expect(inputs()).toBe(before + 1);
  await sofia.page.clock.fastForward(60_000);
  expect(inputs()).toBe(before + 1);
  await sofia.page.keyboard.press('Shift');
  await expect.poll(inputs).toBe(before + 2);
});

test('an agent whose only chat wants finishing is in wrap-up, with its own clock', async ({ agent, customer }) => {
  const sofia = await agent();
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Which bulb fits?' });
  const chat = await sofia.accept('Nora Lind');
  const dialog = await chat.asksToEnd();
  await dialog.without.check();
  await dialog.confirm.click();
  await sofia.isShownAs('Wrap-up');
  await expect(sofia.page.getByRole('timer', { name: 'Time in this state' })).toHaveText(/^0:0\d$/);
  await chat.leaveInLine.click();
  await sofia.isShownAs('Ready');
});

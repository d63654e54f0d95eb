import { axeInBothThemes, expect, test } from '../fixtures.ts';
import { setPolicy } from '../support/policy.ts';

test('E3 who has an open chat already is told so, and keeps what was typed', async ({ agent, customer, watch }) => {
  watch.allowStatus(422);
  const sofia = await agent('Sofia');
  await setPolicy(sofia, { one_chat: true });
  const email = 'nora@lind.example';
  const [phone, desk] = [await customer({ viewport: { width: 320, height: 640 } }), await customer()];
  await phone.asks({ name: 'Nora Lind', email, message: 'Which bulb fits?' });
  await expect(phone.waiting).toBeVisible();
  await desk.visit();
  await desk.openForm();
  await desk.form.fill({ name: 'Nora Lind', email, message: 'And which shade?' });
  await desk.form.start.click();
  await expect(desk.frame.getByText('A chat with this address is open already.')).toBeVisible();
  await expect(desk.form.message).toHaveValue('And which shade?');
  await axeInBothThemes(desk.page);
  await desk.form.email.fill('');
  await desk.form.start.click();
  await expect(desk.waiting).toBeVisible();
});

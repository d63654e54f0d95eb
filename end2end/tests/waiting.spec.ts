import { expect, test } from '../fixtures.ts';
import { setPolicy } from '../support/policy.ts';

test('the customer sees why the chat cannot be ended yet', async ({ agent, customer }) => {
  const sofia = await agent('Sofia');
  await setPolicy(sofia, { may_end: { rule: 'agent_only' } });
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Which bulb fits?' });
  await expect(nora.waiting).toContainText('You are next in line');
  await expect(nora.frame.getByText('Our team ends this chat')).toBeVisible();
  await expect(nora.end).toHaveCount(0);
});

test('the page of the host says who its visitor is', async ({ customer }) => {
  const nora = await customer();
  await nora.page.evaluate(() => {
    const deskbell = (window as unknown as { Deskbell: (...args: unknown[]) => unknown }).Deskbell;
    deskbell('identify', { name: 'Nora Lind', email: 'nora@example.com', company: { name: 'Lind & Co' } });
  });
  await nora.openForm();
  await expect(nora.form.name).toHaveValue('Nora Lind');
  await expect(nora.form.email).toHaveValue('nora@example.com');
  await expect(nora.frame.locator('input[name=company]')).toHaveValue('Lind & Co');
});

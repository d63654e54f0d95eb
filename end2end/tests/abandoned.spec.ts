import { axeInBothThemes, expect, test } from '../fixtures.ts';

/** What happens a minute after nobody has answered. It is the desk's minute: these tests wait for it. */
const A_MINUTE_LATER = { timeout: 75_000 };

test('who gets no answer may end after a minute, or go; both stay as work until somebody follows up', async ({ agent, customer }) => {
  test.setTimeout(150_000);
  const sofia = await agent();
  const [nora, ole] = [await customer(), await customer()];
  await nora.asks({ name: 'Nora Lind', email: 'nora@example.com', message: 'Which bulb fits?' });
  await ole.asks({ name: 'Ole Berg', message: 'My parcel is late.' });
  await sofia.tab('Waiting').click();
  await expect(sofia.manager.getByRole('article')).toHaveCount(2);
  await ole.page.close();

  await expect(nora.frame.getByText(/^You can end this chat in 0:\d\d$/)).toBeVisible();
  await expect(nora.end).toHaveCount(0);
  await expect(nora.end).toBeVisible(A_MINUTE_LATER);
  await nora.end.click();
  await expect(nora.frame.getByRole('heading', { name: 'This chat has ended' })).toBeVisible();
  await expect(sofia.card('Nora Lind')).toHaveCount(0);
  await sofia.tab('Abandoned').click();
  await expect(sofia.card('Nora Lind')).toContainText('Which bulb fits?');
  await expect(sofia.card('Nora Lind').getByRole('link', { name: 'Email' })).toHaveAttribute('href', 'mailto:nora@example.com');
  await expect(sofia.card('Ole Berg')).toBeVisible(A_MINUTE_LATER);
  await axeInBothThemes(sofia.page);

  // Nobody is offered what is abandoned.
  await sofia.goReady();
  await sofia.isShownAs('Ready');
  await expect(sofia.offers).toHaveCount(0);
  await sofia.card('Ole Berg').getByRole('button', { name: 'Open' }).click();
  await expect(sofia.chat('Ole Berg').log).toContainText('My parcel is late.');
  await expect(sofia.chat('Ole Berg').log).toContainText('Ole Berg left before anybody joined');

  await sofia.card('Ole Berg').getByRole('button', { name: 'End session' }).click();
  const dialog = sofia.page.getByRole('dialog', { name: 'What was done for Ole Berg?' });
  await axeInBothThemes(sofia.page);
  await dialog.getByRole('textbox', { name: 'Closing note' }).fill('Called him, the parcel is there.');
  await dialog.getByRole('button', { name: 'End session' }).click();
  await expect(dialog).toBeHidden();
  await expect(sofia.card('Ole Berg')).toHaveCount(0);
  await expect(sofia.card('Nora Lind')).toBeVisible();
  await sofia.reload();
  await sofia.tab('Abandoned').click();
  await expect(sofia.manager.getByRole('article')).toHaveCount(1);
  await nora.leave.click();
  await expect(nora.form.start).toBeVisible();
});

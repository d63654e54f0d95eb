import { expect, test, type Page } from '../fixtures.ts';
import type { FrameLocator } from '@playwright/test';
import { LoginPage } from '../pages/login.ts';

/** Nothing sticks out to the side, so that nobody has to scroll two ways. */
async function fits(where: Page | FrameLocator, what: string): Promise<void> {
  const stuck = await where.locator('html').evaluate((root) => {
    if (root.scrollWidth <= root.clientWidth && document.body.scrollWidth <= root.clientWidth) return [];
    const wide = [...document.querySelectorAll('body *')].filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1);
    return [`${root.scrollWidth} in ${root.clientWidth}`, ...wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 120))];
  });
  expect(stuck, what).toEqual([]);
}

const phone = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true } as const;

test('on a phone the widget fills the screen', async ({ agent, customer }) => {
  const sofia = await agent();
  const nora = await customer(phone);
  await fits(nora.page, 'shop');
  await nora.openForm();
  await expect(nora.launcher).toBeHidden();
  const box = await nora.page.locator('deskbell-chat iframe').boundingBox();
  expect(box).toEqual({ x: 0, y: 0, width: 320, height: 640 });
  await fits(nora.frame, 'form');
  await nora.form.submit({ name: 'Nora Lind', message: 'Which bulb fits? https://example.com/a/very/long/address/that/does/not/end/anywhere/near/here' });
  await expect(nora.waiting).toBeVisible();
  await fits(nora.frame, 'waiting');
  await sofia.goReady();
  const chat = await sofia.accept('Nora Lind');
  await chat.say(`Any with an E27 base. ${'Wordwithoutanend'.repeat(12)}`);
  await nora.chat.shows('Any with an E27 base.');
  await fits(nora.frame, 'chat');
  await expect(nora.chat.message).toBeInViewport();
  await expect(nora.chat.send).toBeInViewport();

  // Its own button closes it: the launcher lies under it.
  await nora.frame.getByRole('button', { name: 'Close chat' }).click();
  await expect(nora.launcher).toBeVisible();
  await nora.launcher.click();
  await nora.chat.shows('Any with an E27 base.');
  const end = await chat.asksToEnd();
  await end.without.check();
  await end.confirm.click();
  await expect(nora.leave).toBeInViewport();
  await fits(nora.frame, 'ended');
});

for (const width of [320, 768]) {
  test(`the console fits ${width} pixels`, async ({ agent, customer, desk, person }) => {
    const viewport = { width, height: 800 };
    const { page } = await person({ viewport });
    await new LoginPage(page).open(desk);
    await fits(page, 'sign-in');

    const sofia = await agent('Sofia', { viewport });
    await fits(sofia.page, 'empty');
    const [nora, ole] = [await customer(), await customer()];
    await nora.asks({ name: 'Nora Lind', email: 'a.very.long.address.of.somebody@a.very.long.domain.example.com', message: 'Which bulb fits?' });
    await sofia.goReady();
    await expect(sofia.offer('Nora Lind').getByRole('button', { name: 'Accept' })).toBeInViewport();
    await fits(sofia.page, 'offer');
    const chat = await sofia.accept('Nora Lind');
    await chat.say(`Any with an E27 base. ${'Wordwithoutanend'.repeat(12)}`);
    await nora.chat.shows('Any with an E27 base.');
    await fits(sofia.page, 'chat');
    await expect(chat.message).toBeInViewport();
    await expect(chat.send).toBeInViewport();
    await ole.asks({ name: 'Ole Berg', message: 'My parcel is late.' });
    await expect(sofia.offer('Ole Berg').getByRole('button', { name: 'Accept' })).toBeInViewport();
    await fits(sofia.page, 'chat and offer');
    await sofia.offer('Ole Berg').getByRole('button', { name: 'Accept' }).click();
    await expect(sofia.offers).toHaveCount(0);
    await fits(sofia.page, 'two chats');
    await sofia.page.keyboard.press('Alt+x');
    const end = await chat.endDialog();
    await fits(sofia.page, 'end dialog');
    await expect(end.confirm).toBeInViewport();
    await end.confirm.click();
    await expect(end.dialog).toBeHidden();
    await fits(sofia.page, 'ended');
    await sofia.open('tickets');
    await expect(sofia.page.getByRole('row')).toHaveCount(2);
    await fits(sofia.page, 'tickets');
    await sofia.page.getByRole('row').getByRole('link').click();
    await expect(sofia.page.getByRole('article')).toBeVisible();
    await fits(sofia.page, 'ticket');
    await sofia.open('account/sessions');
    await expect(sofia.page.getByRole('listitem').first()).toBeVisible();
    await fits(sofia.page, 'sign-ins');
  });
}

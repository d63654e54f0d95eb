import { axeInBothThemes, expect, test } from '../fixtures.ts';
import { LoginPage } from '../pages/login.ts';
import { SettingsPage } from '../pages/settings.ts';

test('an admin makes a queue, and the next one sees who did', async ({ agent, watch }) => {
  const settings = new SettingsPage(await agent('Sofia'));
  const { page } = settings.console;
  await settings.open('queues');
  await settings.link('New queue').click();
  await expect(page.getByRole('heading', { level: 1, name: 'New queue' })).toBeVisible();

  await settings.field('Time to accept an offer').fill('2');
  await settings.save.click();
  await expect(settings.problem).toContainText('3 values need another look.');
  await expect(settings.field('Name')).toBeFocused();
  await settings.says(settings.field('Name'), 'Fill in this field.');
  await settings.says(settings.field('Service'), 'Fill in this field.');
  await settings.says(settings.field('Time to accept an offer'), 'Choose something between 0:05 and 10:00.');

  // What is mended is said to be right at once, and the server has a word too.
  await settings.field('Service').fill('Returns');
  await settings.field('Time to accept an offer').fill('45');
  await settings.field('Name').fill('Orders');
  await expect(settings.problem).toHaveCount(0);
  watch.allowStatus(422);
  await settings.save.click();
  await settings.says(settings.field('Name'), 'This is taken already.');
  await expect(settings.field('Name')).toBeFocused();
  await expect(settings.field('Service')).toHaveValue('Returns');

  await settings.field('Name').fill('Returns');
  await settings.box('Marek Novak').check();
  await settings.field('Priority: Marek Novak').fill('5');
  const words = page.getByRole('complementary', { name: 'In words' });
  await expect(words).toContainText('They have 45 seconds to accept.');
  await expect(words).not.toContainText('cannot begin another');
  await settings.box('One open chat at a time for each email address').check();
  await expect(words).toContainText('With an open chat, the same email address cannot begin another.');
  await settings.saves();
  await expect(page.getByRole('row', { name: /Returns/ })).toContainText('1');

  const ines = new SettingsPage(await agent('Ines'));
  await ines.open('queues');
  await ines.link('Returns').click();
  await expect(ines.console.page.getByText(/Changed by Sofia Marin/)).toBeVisible();
  await expect(ines.field('Time to accept an offer')).toHaveValue('45');
  await expect(ines.box('Marek Novak')).toBeChecked();
  await ines.open('desk');
  await expect(ines.console.page.getByRole('row', { name: /Sofia Marin.*added queue Returns/ })).toBeVisible();
});

test('an admin makes an agent, who signs in, and shuts them out', async ({ agent, person, desk, watch }) => {
  const settings = new SettingsPage(await agent('Sofia'));
  await settings.open('agents/new');
  await settings.field('Name').fill('Nina Falk');
  await settings.field('Email').fill('nina@papermoon');
  const password = settings.console.page.getByLabel('Password', { exact: true });
  await password.fill('short');
  await settings.save.click();
  await settings.says(settings.field('Email'), 'Enter an email address like name@example.com.');
  await settings.says(password, 'Take at least ten characters.');
  await settings.field('Email').fill('nina@papermoon.example');
  await password.fill('a lamp in the window');
  await settings.box('Repairs').check();
  await settings.box('German').check();
  await settings.saves();

  const nina = { name: 'Nina Falk', email: 'nina@papermoon.example', password: 'a lamp in the window' };
  const { page } = await person();
  await new LoginPage(page).signIn(desk, nina);
  await expect(page.getByRole('button', { name: 'My state: Not ready' })).toBeVisible();

  watch.allowStatus(401);
  watch.allowNetworkErrors();
  await settings.link('Nina Falk').click();
  await expect(settings.box('German')).toBeChecked();
  await settings.box('Disabled').check();
  await settings.saves();
  await expect(settings.console.page.getByRole('row', { name: /Nina Falk/ })).toContainText('Disabled');
  const login = new LoginPage(page);
  await login.open(desk);
  await login.send(nina.email, nina.password);
  await expect(login.problem).toBeVisible();
});

test('office hours are set, and nothing typed is lost on the way', async ({ agent, watch }) => {
  const settings = new SettingsPage(await agent('Ines'));
  const { page } = settings.console;
  await settings.open('hours/new');
  await settings.field('Name').fill('Workshop');
  const zone = page.getByRole('combobox', { name: 'Time zone' });
  await zone.fill('Europe/Atlantis');
  await settings.field('Monday').fill('7:30-12:00, 11:00-16:00');
  await settings.save.click();
  await settings.says(settings.field('Monday'), 'These spans overlap.');
  await expect(settings.field('Monday')).toBeFocused();
  await settings.field('Monday').fill('7:30-12:00, 12:30-16:00');
  await page.getByRole('button', { name: 'Copy Monday to Tuesday – Friday' }).click();
  await expect(settings.field('Friday')).toHaveValue('7:30-12:00, 12:30-16:00');

  await page.getByRole('button', { name: 'Add a date' }).click();
  await settings.field('Occasion').fill('Christmas');
  await settings.save.click();
  await expect(page.getByLabel('Date')).toBeFocused();
  await settings.says(page.getByLabel('Date'), 'Choose a date.');
  await page.getByLabel('Date').fill('2030-12-25');

  watch.allowStatus(422);
  await settings.save.click();
  await settings.says(zone, 'Choose a time zone of the list');
  await expect(settings.field('Occasion')).toHaveValue('Christmas');
  await zone.fill('Europe/Berlin');
  const now = page.getByRole('complementary', { name: 'Right now' });
  await expect(now).toContainText(/Opens|Until/);
  for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday']) await settings.field(day).fill('');
  await expect(now).toContainText('Nothing here opens it.');
  for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']) await settings.field(day).fill('0:00-24:00');
  await expect(now).toContainText('Open');

  // Whoever goes with changes is asked first.
  await settings.link('Skills').click();
  await expect(settings.leaving).toBeVisible();
  await settings.leaving.getByRole('button', { name: 'Keep editing' }).click();
  await expect(settings.field('Name')).toHaveValue('Workshop');
  await settings.saves();
  await settings.link('Workshop').click();
  await expect(settings.field('Monday')).toHaveValue('00:00-24:00');
  await expect(page.getByLabel('Date')).toHaveValue('2030-12-25');

  // A row that goes is a change too, and what is left is left.
  await page.getByRole('button', { name: 'Remove Christmas' }).click();
  await expect(settings.unsaved).toContainText('not saved yet');
  await settings.link('Skills').click();
  await settings.leaving.getByRole('button', { name: 'Leave without saving' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Skills' })).toBeVisible();
  await settings.open('hours');
  await settings.link('Workshop').click();
  await expect(page.getByLabel('Date')).toHaveValue('2030-12-25');
});

test('skills and reasons are set, and agents choose among them', async ({ agent, watch }) => {
  const settings = new SettingsPage(await agent('Sofia'));
  const { page } = settings.console;
  await settings.open('skills');
  watch.allowStatus(422);
  await settings.field('New skill').fill('German');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(settings.field('New skill')).toHaveAccessibleDescription('This is taken already. Choose another.');
  await settings.field('New skill').fill('Wiring');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByRole('row', { name: /Wiring/ })).toBeVisible();
  await page.getByRole('button', { name: 'Remove Wiring' }).click();
  await expect(page.getByRole('row', { name: /Wiring/ })).toHaveCount(0);

  await settings.open('reasons');
  await page.getByRole('button', { name: 'Add a reason' }).click();
  await page.getByRole('textbox', { name: 'Name' }).last().fill('Stocktaking');
  await settings.saves();
  const marek = await agent('Marek');
  await marek.choose('Stocktaking');
  await marek.isShownAs('Not ready');
});

test('a supervisor sets the work and not the people; agents set nothing', async ({ agent }) => {
  const ines = new SettingsPage(await agent('Ines'));
  const { page } = ines.console;
  await ines.open('agents');
  await expect(ines.link('New agent')).toHaveCount(0);
  await ines.link('Marek Novak').click();
  await expect(page.getByText('Administrators change name, email, role and password.')).toBeVisible();
  await expect(ines.field('Email')).toHaveCount(0);
  await ines.field('Chats at once').fill('2');
  await ines.box('Repairs').check();
  await ines.saves();
  await expect(page.getByRole('row', { name: /Marek Novak/ })).toContainText('Repairs');
  await ines.open('desk');
  await expect(ines.save).toHaveCount(0);

  const marek = await agent('Marek');
  await expect(marek.page.getByRole('link', { name: 'Settings' })).toHaveCount(0);
  await marek.open('settings/queues');
  await expect(marek.page.getByText('Settings are for supervisors and administrators')).toBeVisible();
});

const PAGES = ['queues', 'queues/new', 'agents', 'agents/new', 'hours', 'hours/new', 'skills', 'reasons', 'desk'];

test.describe('every page', () => {
  // axe reads each twice, and there are many.
  test.describe.configure({ timeout: 240_000 });

  test('is clean for axe in both themes, as it comes and with everything wrong', async ({ agent }) => {
    const settings = new SettingsPage(await agent('Sofia'));
    for (const path of PAGES) {
      await settings.open(path);
      await axeInBothThemes(settings.console.page);
      if (path.endsWith('/new')) {
        await settings.save.click();
        await expect(settings.problem).toBeVisible();
        await axeInBothThemes(settings.console.page);
      }
    }
  });

  test('fits 320 pixels', async ({ agent }) => {
    const settings = new SettingsPage(await agent('Sofia', { viewport: { width: 320, height: 720 } }));
    for (const path of PAGES) {
      await settings.open(path);
      const wide = await settings.console.page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, path).toBeLessThanOrEqual(320);
      const form = settings.console.page.locator('.settings-form__body');
      const within = await form.evaluate((body) => body.scrollWidth - body.clientWidth);
      expect(within, `${path} inside`).toBeLessThanOrEqual(0);
    }
  });
});

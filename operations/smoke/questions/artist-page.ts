import { QUESTIONS } from '../../../engine/messages/labels/report.ts';
import { labelOf } from '../../../stages/platform.ts';
import { columnsOf, elementsOf, fieldsOf, type Reference, reference } from '../answers/answer.ts';
import { defineSmokeTest } from '../define.ts';

const FIELDS = [
  ...(['location', 'rating', 'tags', 'coverImage', 'profileImage', 'followers', 'completedProjects'] as const),
  ...([
    'activeProjects',
    'totalEarned',
    'totalStreams',
    'monthlyListeners',
    'isVerified',
    'featured',
    'createdAt',
  ] as const),
] as const;
const USER = ['name', 'avatar', 'bio', 'isActive'] as const;
const ACHIEVEMENT = ['title', 'description', 'date', 'image'] as const;

export const artistPage = defineSmokeTest<Reference>({
  name: 'artist-page',
  description: QUESTIONS['artist-page'].en,
  models: ['user', 'artist'],
  draw: async (n, from) => (await from.documents('artist', n)).flatMap(({ _id }) => reference('artist', _id) ?? []),
  legacy: async (source, { id }) => {
    const artist = await source.findOne('artist', { _id: id });
    if (artist === null) return null;
    const user = await source.findOne('user', { _id: artist.get('userId') });
    return {
      _id: reference('artist', artist._id),
      category: artist.get('category'),
      genre: artist.get('genre'),
      ...fieldsOf(artist, FIELDS),
      user: user && { _id: reference('user', user._id), role: user.get('role'), ...fieldsOf(user, USER) },
      achievements: elementsOf('artistAchievement', artist, 'achievements').map(({ _id, element }) => ({
        _id,
        ...fieldsOf(element, ACHIEVEMENT),
      })),
    };
  },
  prisma: async (target, artistId) => {
    const id = await target.idOf(artistId);
    if (id === null) return null;
    const artist = await target.client.artist.findUnique({
      where: { id },
      include: { user: true, achievements: { orderBy: { position: 'asc' } } },
    });
    if (artist === null) return null;
    return {
      _id: artist.id,
      category: labelOf('ArtistCategory', artist.category),
      genre: artist.genres.map((genre) => labelOf('ArtistGenre', genre)),
      ...columnsOf(artist, FIELDS),
      user: { _id: artist.user.id, role: labelOf('UserRole', artist.user.role), ...columnsOf(artist.user, USER) },
      achievements: artist.achievements.map((one) => ({ _id: one.id, ...columnsOf(one, ACHIEVEMENT) })),
    };
  },
});

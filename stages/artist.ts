import type { JsonValue } from '../engine/document/json.ts';
import { artistColumns } from './declared/artist.ts';
import { type ArtistDocument, artist as model } from './models/artist.ts';
import { defineStage, member } from './platform.ts';

/** artists → Artist, ArtistAchievement. */
export const artist = defineStage<ArtistDocument>({
  name: 'artist',
  version: '1',
  collection: 'artists',
  model,
  idCollection: 'artist',
  collectionNumber: 2,
  tables: [
    { table: 'Artist', root: 'id' },
    { table: 'ArtistAchievement', root: 'artistId' },
  ],
  children: [{ path: 'achievements', table: 'ArtistAchievement', collection: 'artistAchievement' }],
  columns: {},
  declares: artistColumns,
  samples: [
    { path: 'userId', column: 'userId' },
    { path: 'category', column: 'category' },
    { path: 'location', column: 'location', masked: 'text' },
    { path: 'rating', column: 'rating' },
    { path: 'followers', column: 'followers' },
    { path: 'totalEarned', column: 'totalEarned' },
  ],
  transform(document, to) {
    to.row('Artist', {
      id: to.id,
      userId: to.required(document.userId),
      category: member('ArtistCategory', document.category),
      location: document.location,
      rating: to.percentage(document.rating, 'rating'),
      tags: document.tags,
      coverImage: document.coverImage,
      profileImage: document.profileImage,
      followers: to.counter(document.followers, 'followers'),
      completedProjects: to.counter(document.completedProjects, 'completedProjects'),
      activeProjects: to.counter(document.activeProjects, 'activeProjects'),
      totalEarned: to.money(document.totalEarned, 'totalEarned'),
      genres: document.genre.map((genre) => member('ArtistGenre', genre)),
      totalStreams: to.counter(document.totalStreams, 'totalStreams'),
      monthlyListeners: to.counter(document.monthlyListeners, 'monthlyListeners'),
      socialLinks: presentLinks(document.socialLinks),
      isVerified: document.isVerified,
      verificationDate: document.verificationDate,
      featured: document.featured,
      featuredDate: document.featuredDate,
      createdAt: document.createdAt,
      updatedAt: document.updatedAt,
    });
    for (const achievement of to.children('achievements', document.achievements)) {
      to.row('ArtistAchievement', {
        id: achievement.rowId,
        artistId: to.id,
        position: achievement.index,
        title: achievement.title,
        description: achievement.description,
        date: achievement.date,
        image: achievement.image,
      });
    }
  },
});

/** The links that are there, as JSON; null when there is none, as Mongoose does not store an empty nested object. */
function presentLinks(links: Readonly<Record<string, string | null>> | null): { [name: string]: JsonValue } | null {
  const present = Object.entries(links ?? {}).filter(([, link]) => link !== null);
  return present.length === 0 ? null : Object.fromEntries(present);
}

import type { Random } from './random.ts';

const FAMILY = [
  '김',
  '이',
  '박',
  '최',
  '정',
  '강',
  '조',
  '윤',
  '장',
  '임',
  '한',
  '오',
  '서',
  '신',
  '권',
  '황',
  '남궁',
  '제갈',
];
const GIVEN = [
  '민준', '서연', '도윤', '하은', '지호', '수아', '예준', '지우', '시우', '나윤', '현우', '채원', '준서', '다은', '건우',
  '유진', '은우', '소율', '태양', '보라', '한결', '가람', '슬기', '아름', '빛나',
]; // biome-ignore format: a table
const FIRST = [
  'Minji',
  'Alex',
  'Grace',
  'Daniel',
  'Sofia',
  'Noah',
  'Hana',
  'Leo',
  'Zoë',
  'José',
  'Mia',
  'Owen',
  'Ines',
  'Björn',
];
const LAST = [
  'Park',
  'Kim',
  'Morgan',
  'O’Neill',
  'García',
  'Müller',
  'Tanaka',
  'Novák',
  'Silva',
  'Jensen',
  'Brown',
  'Dubois',
];
const LATIN = [
  'minjun',
  'seoyeon',
  'doyun',
  'haeun',
  'jiho',
  'sua',
  'alex',
  'grace',
  'daniel',
  'sofia',
  'noah',
  'hana',
  'leo',
  'zoe',
];
const MAIL_HOSTS = ['example.com', 'example.net', 'example.org', 'mail.example.com', 'music.example.kr'];

export const CITIES = [
  '서울 마포구',
  '서울 성동구',
  '부산 해운대구',
  '대구',
  '인천',
  '광주',
  '대전',
  '제주',
  '전주',
  '강릉',
  'Berlin',
  'London',
  'Tokyo',
];
export const TAGS = [
  '인디',
  '라이브',
  '첫앨범',
  '전시',
  '단편영화',
  '독립출판',
  'vinyl',
  'tour',
  'live session',
  '친환경',
  '청년',
  'debut',
  '협업',
  '🎸',
  'lo-fi',
];
export const TEAM_ROLES = [
  '프로듀서',
  '디자이너',
  '믹싱 엔지니어',
  '매니저',
  'Photographer',
  'Video editor',
  '세션 드럼',
  '번역',
];

const ADJECTIVES = [
  '푸른',
  '고요한',
  '새벽의',
  '낯선',
  '오래된',
  '빛나는',
  '마지막',
  '느린',
  'Silent',
  'Electric',
  'Golden',
  'Midnight',
];
const NOUNS = ['바다', '골목', '편지', '계절', '정원', '우주', '기차', '목소리', 'Garden', 'Waves', 'City', 'Letters'];
const WORKS = [
  '정규 앨범',
  '단독 공연',
  '사진집',
  '단편 영화',
  '보드게임',
  '그림책',
  'EP',
  'Documentary',
  'Live Tour',
  'Art Book',
];
const SENTENCES = [
  '오랫동안 준비해 온 작업을 드디어 세상에 내놓습니다.',
  '여러분의 후원은 녹음실 대관과 믹싱, 마스터링에 쓰입니다.',
  '작은 방에서 시작한 이야기가 무대 위에서 완성됩니다.',
  '모든 과정을 투명하게 공개하고 매주 소식을 전하겠습니다.',
  'We have spent two years writing, recording and arguing about commas.',
  'Every backer gets a hand-numbered copy and our lasting thanks.',
  '배송은 국내·해외 모두 가능하며, 일정이 바뀌면 먼저 알려 드립니다.',
  'The budget covers the studio, the printing and nothing fancy.',
  '친환경 종이와 콩기름 잉크로 인쇄합니다. 🌱',
  '"따옴표", <b>태그</b> & 특수문자 100%도 그대로 보여야 합니다.',
];
const MESSAGES = [
  '응원합니다! 꼭 성공하세요 💪',
  '첫 공연 때부터 팬이에요. 기대하고 있습니다.',
  'Can’t wait to hear the record!',
  '아이와 함께 읽을 책이라 더 설레네요.',
  'Greetings from Zürich – bonne chance!',
  '👩‍👩‍👧‍👦 가족 모두가 응원해요',
  '=HYPERLINK("https://example.com","click")',
  "Robert'); DROP TABLE payments;--",
  'مرحبا بكم \u200f(안녕하세요)',
  '한글 자모 ㅋㅋㅋ ㅎㅎ, 줄바꿈도\n그대로',
];
const STREETS = ['와우산로', '성수이로', '해운대로', '테헤란로', '중앙로', '한옥마을길'];

export function personName(random: Random): string {
  if (random.chance(0.75)) return random.pick(FAMILY) + random.pick(GIVEN);
  return `${random.pick(FIRST)} ${random.pick(LAST)}`;
}

/** Unique by the number, in lower case, within 30 characters. */
export function loginName(random: Random, number: number): string {
  return `${random.pick(LATIN)}_${number.toString(36)}`;
}

export function emailAddress(random: Random, number: number): string {
  return `${random.pick(LATIN)}.${number}@${random.pick(MAIL_HOSTS)}`;
}

export function workTitle(random: Random): string {
  return `${random.pick(ADJECTIVES)} ${random.pick(NOUNS)} — ${random.pick(WORKS)}`;
}

export function prose(random: Random, sentences: number): string {
  return random.some(SENTENCES, sentences).join(' ');
}

export function message(random: Random): string {
  return random.pick(MESSAGES);
}

export function phoneNumber(random: Random): string {
  return `010-${random.int(1000, 9999)}-${random.int(1000, 9999)}`;
}

export function streetAddress(random: Random): string {
  return `${random.pick(CITIES)} ${random.pick(STREETS)} ${random.int(1, 300)}, ${random.int(1, 20)}층`;
}

/** Has the shape of a bcrypt hash, and is the hash of nothing. */
export function passwordHash(random: Random): string {
  const letters = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  let hash = '$2b$10$';
  for (let i = 0; i < 53; i++) hash += letters[random.int(0, 63)];
  return hash;
}

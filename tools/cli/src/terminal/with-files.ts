export { withFiles } from '@lethe/service/operating';

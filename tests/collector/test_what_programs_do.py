"""What a program does, to what, and whose word says so: by its own name, by its first argument, behind what starts it."""

import re

from claudesess_collector.aims import of_command
from claudesess_collector.payload import short_hash
from tables import each_row

HOME = "/home/dev/app"
WHAT_RUNS = short_hash("what runs\n")


def told(command):
    """Return kind and category, families and targets, words in the place of their hashes, `.` for the project's folder."""
    part = of_command(command, HOME, HOME, is_after=False).main
    words = {*re.split(r"[\s?:'\"=$(){}/]+", command), *command.split(), *re.split(r"[\s?]", command), ""}
    split = command.split()
    words |= {" ".join(split[at:end]) for at in range(len(split)) for end in range(at + 2, len(split) + 1)}
    words |= {f"word {word}" for word in split}
    shown = {short_hash(word): word for word in words} | {WHAT_RUNS: "(what runs)"}

    def readable(text):
        hashed = re.sub(r"[0-9a-f]{12}", lambda found: shown.get(found[0], found[0]), text)
        return hashed.replace(f"{HOME}/", "./").replace(HOME, ".")

    kind = part.kind if part.category == "runtime" else f"{part.kind} {part.category}"
    families, targets = ", ".join(part.families), " ".join(part.targets)
    return [kind, readable(families), readable(targets) or "-"]


def rows(table):
    """Return a table's rows, whose columns two blanks part."""
    return [re.split(r" {2,}", line) for line in table.strip().splitlines()]


# command, kind and category, families, targets
PROGRAMS = """
source setup.sh x                                   run          script                      ./setup.sh
. ./setup.sh                                        run          script                      ./setup.sh
kill 4711                                           run          kill                        4711
uv pip check                                        run          pip check                   -
uv sync                                             run          uv sync                     -
uv python pip                                       run          uv python                   -
sed -i.bak s/a/b/ a.txt                             run          #sed                        -
sed -n 1p a.txt                                     probe        look                        a.txt
sed -n s/a/b/ a.txt b.txt                           probe        look                        a.txt b.txt
grep port 8080 a.txt                                probe        look                        word port a.txt
grep x a.txt                                        probe        look                        a.txt
awk 1 a.txt                                         probe        look                        a.txt
head -5 a.txt                                       probe        look                        a.txt
tail -n 20 a.txt                                    probe        look                        a.txt
ps aux                                              probe        look                        aux (what runs)
lsof -i :80                                         probe        look                        :80 (what runs)
cat x a.txt                                         probe        look                        a.txt
jq .                                                probe        look                        -
curl -s localhost:3000/health?x=1                   run          curl                        health
curl -X POST https://host/a?b=1 body                run          curl                        https://host/a
curl -o a.txt host                                  run          curl                        a.txt host
curl $URL out                                       run          curl                        $URL
wget https://host/x                                 run          wget                        https://host/x
mv a b                                              run          mv                          a b
rmdir out                                           run          rm                          out
aws s3 cp a b                                       run          aws s3 cp                   -
docker compose up                                   run          docker compose up           -
docker compose -p x build                           check build  docker-compose build        .
docker compose --profile test build web             check build  docker-compose build        .
docker compose --env-file a.env --ansi never build  check build  docker-compose build        .
docker ps -a                                        probe        docker ps                   -
docker logs web                                     probe        docker logs web             -
docker buildx build .                               check build  docker buildx build         .
docker buildx ls                                    probe        docker buildx ls            -
npm run dev                                         run          npm run dev, serve          -
npm view jq                                         probe        npm view                    jq
npm run task                                        run          npm run task                -
tool lint a.py                                      check lint   #tool lint                  ./a.py
tool validate                                       check lint   #tool validate              .
tool typecheck a.py                                 check type   #tool typecheck             ./a.py
tool lint --version                                 run          #tool                       lint
tool lint -h                                        run          #tool                       lint
code lint                                           run          #code                       lint
direnv exec . pytest                                check test   pytest                      .
cmd.exe /c npm test                                 check test   npm test                    .
devbox run test                                     check test   devbox test                 .
dagger call lint --source=.                         check lint   dagger call lint            .
tool test a.py                                      check test   #tool test                  ./a.py
bin/tool e2e                                        check test   #tool e2e                   .
tool fmt --check                                    check lint   #tool fmt                   .
tool clippy -V                                      check lint   #tool clippy                .
tool compile a.c                                    check build  #tool compile               ./a.c
tool verify                                         check check  #tool verify                .
tool tester                                         run          #tool                       tester
rimraf build                                        run          #rimraf                     build
createdb test                                       run          #createdb                   test
New-Item build                                      run          #New-Item                   build
./dev test                                          check test   script                      ./dev ?test
python tools/dev.py check                           check check  script                      ./tools/dev.py ?check
cargo xtask test -p a                               check test   cargo xtask test            . ?a
cargo xtask ship                                    run          cargo xtask                 -
cargo publish test                                  run          cargo publish               -
cargo run -- test                                   check test   cargo run test              .
cargo run test                                      run          cargo run                   -
cargo run -- ship                                   run          cargo run                   -
dotnet run --project a -- lint                      check lint   dotnet run lint             .
go run ./cmd/x test                                 check test   go run test                 .
poetry build                                        check build  poetry build                .
supabase db lint                                    check lint   supabase db lint            .
tool run x.y                                        run          #tool                       -
tool run job                                        run          #tool                       job
tool exec job                                       run          #tool                       job
tool pr job                                         run          #tool                       job
tool job more                                       run          #tool                       job
tool -v job                                         run          #tool                       job
tool -n 5 job more last                             run          #tool                       job more
tool --flag a/b job more                            run          #tool                       job more
tool a/b                                            run          #tool                       -
tool x=y                                            run          #tool                       -
nvim -d lint                                        run          #nvim                       -
go run main.go                                      run          go run                      main.go
go run . x                                          run          go run                      .
go run -race ./cmd/x                                run          go run                      x
pip show jq                                         probe        pip show                    jq
pip list                                            probe        pip list                    -
kubectl describe pod x                              probe        kubectl describe            pod x
mycmd pytest -q                                     check test   pytest                      .
mycmd git push                                      vcs          git push                    -
mycmd git                                           vcs          git                         -
mycmd ls                                            run          #mycmd                      ls
mycmd cargo run                                     run          #mycmd                      cargo run
mycmd mypy a.py                                     check type   mypy                        ./a.py
eas build                                           check build  #eas build                  .
eas build x                                         check build  #eas build                  .
say pytest                                          run          #say                        pytest
apropos git                                         run          #apropos                    git
tool --help                                         probe        look                        tool
tool x --help                                       probe        look                        tool x
tool service start                                  run          #tool                       service start
tool service logs -f                                run          #tool                       service logs
tool repo mirror users list acme/shop               run          #tool                       repo mirror users list
tool create job                                     run          #tool                       create
tool report job                                     run          #tool                       report
bash -n a.sh                                        check lint   bash -n                     ./a.sh
perl -c a.pl                                        check lint   perl -c                     ./a.pl
php -l a.php                                        check lint   php -l                      ./a.php
nginx -t                                            check lint   nginx -t                    .
R CMD check .                                       check test   R CMD check                 .
clj -M:test                                         check test   clj -M:test                 .
mill app.test                                       check test   mill app.test               .
python tests/run.py                                 check test   script                      ./tests/run.py
./tests/run_all.sh                                  check test   script                      ./tests/run_all.sh
python tests/helpers.py                             run          script                      ./tests/helpers.py
julia -e Pkg.test()                                 check test   julia -c                    .
tool version                                        probe        look                        tool
tool --version                                      probe        look                        tool
tool help                                           probe        look                        tool
tool help me                                        run          #tool                       help
gh api repos/x -f a=b                               run          gh api                      -
gh api repos/x -X DELETE                            run          gh api                      -
gh api repos/x?page=2 --jq .a                       probe        look                        x
gh api                                              probe        look                        -
gh pr view 7                                        probe        gh pr view                  7
gh pr create --fill                                 run          gh pr create                -
gh run watch 5                                      run          gh run watch                -
gh run watch 5 --exit-status                        check test   gh run watch                .
docker run -p 80 nginx                              run          docker run nginx            -
docker login -u bob -p x reg                        run          docker login reg            -
npm --auth-x hunter2 publish                        run          npm publish                 -
npm --auth-x=y publish                              run          npm publish                 -
mix credo --strict                                  check lint   mix credo                   .
mix format a.ex                                     check lint   mix format                  ./a.ex
ruff format a.py                                    check lint   ruff format                 ./a.py
ruff check a.py                                     check lint   ruff                        ./a.py
ruff lint a.py                                      check lint   ruff                        ./a.py
eslint run a.js                                     check lint   eslint                      ./a.js
cargo +nightly test                                 check test   cargo test                  .
cargo +nightly                                      run          cargo                       -
cargo t                                             check test   cargo test                  .
cargo b                                             check build  cargo build                 .
cargo c                                             check build  cargo check                 .
cargo                                               run          cargo                       -
node --test a.js                                    check test   node test                   ./a.js
node --check a.js                                   check build  node --check                ./a.js
nix flake check                                     check check  nix flake check             .
deno task lint                                      check lint   deno lint                   .
yarn workspace web test                             check test   yarn test                   .
npm run test:watch                                  check test   npm test:watch              .
npm run watch-test                                  run          npm run watch-test          -
npm run test-clean                                  check test   npm test-clean              .
npm run clean                                       run          npm run clean               -
npm ci                                              run          install                     -
npm run ci                                          check check  npm ci                      .
yarn ci                                             run          install                     -
make ci                                             check check  make ci                     .
bun test.ts                                         check test   script                      ./test.ts
make                                                check build  make                        .
make all                                            check build  make all                    .
gmake all                                           check build  gmake all                   .
just all                                            run          just all                    -
make foo                                            run          make foo                    -
just foo                                            run          just foo                    -
make test X=1                                       check test   make test                   .
make clean-test                                     run          make clean-test             -
make test-clean                                     check test   make test-clean             .
make dev                                            run          make dev, serve             -
npm run lint:fix                                    check lint   npm lint                    .
npm run lint-fix                                    check lint   npm lint                    .
npm run lint_fix                                    check lint   npm lint                    .
npm run lint:check                                  check lint   npm lint                    .
npm run fix:lint                                    check lint   npm lint                    .
npm run check_lint                                  check lint   npm lint                    .
npm run format:write                                check lint   npm format                  .
npm run check-types                                 check type   npm check-types             .
npm run typeCheck                                   check type   npm typeCheck               .
npm run pre-commit                                  check check  npm pre-commit              .
prek                                                check lint   prek                        .
prek run --all-files                                check lint   prek                        .
prek run --list                                     run          #prek                       -
prek install                                        run          #prek                       install
pre-commit autoupdate                               run          #pre-commit                 autoupdate
hk check                                            check lint   hk check                    .
hk install                                          run          #hk                         install
dbt build                                           check test   dbt build                   .
dbt run                                             run          #dbt                        -
wasm-pack build web                                 check build  wasm-pack build             .
cargo deny check                                    check lint   cargo deny                  .
trunk check                                         check lint   trunk check                 .
trunk serve                                         run          #trunk                      serve
pod lib lint                                        check lint   pod lib lint                .
jekyll build                                        check build  jekyll                      .
jekyll serve                                        run          #jekyll, serve              -
zola build                                          check build  zola                        .
karma start                                         check test   karma                       .
typos src                                           check lint   typos                       ./src
prisma validate                                     check lint   prisma validate             .
prisma generate                                     run          prisma generate             -
npm run tests                                       check test   npm tests                   .
npm run attest                                      run          npm run attest              -
mvn                                                 run          #mvn                        -
mvn foo                                             run          #mvn                        foo
gradle spotlessCheck                                check lint   gradle spotlessCheck        .
gradle :app:testDebug                               check test   gradle :app:testDebug       .
kill %1; ls a.txt                                   probe        look                        a.txt
kill 9 $!; ls a.txt                                 probe        look                        a.txt
kill $! 4711                                        run          kill                        $! 4711
tool                                                run          #tool                       -
tool run                                            run          #tool                       -
tool run job more                                   run          #tool                       job
tool validate a.py b.py                             check lint   #tool validate              ./a.py ./b.py
pip -q --user install jq                            run          install                     jq
uvicorn app:main                                    run          #uvicorn, serve             -
nodemon a                                           run          #nodemon, serve             -
docker buildx build a/b                             check build  docker buildx build         ./a/b
nix flake check a/b                                 check check  nix flake check             ./a/b
npm test -- a.ts                                    check test   npm test                    ./a.ts
npm run test a/b.ts                                 check test   npm test                    ./a/b.ts
yarn workspace web test a.ts                        check test   yarn test                   ./a.ts
make test tests/a.py                                check test   make test                   ./tests/a.py
make check-all tests/a.py                           check check  make check-all              ./tests/a.py
go test a/b                                         check test   go test                     ./a/b
ruff format a.py b.py                               check lint   ruff format                 ./a.py ./b.py
mypy run.py a.py                                    check type   mypy                        ./run.py ./a.py
curl                                                run          curl                        -
rm a b/c                                            run          rm                          a c
gh repo list                                        probe        gh repo list                -
gh run list a                                       probe        gh run list                 a
docker                                              run          docker                      -
docker run                                          run          docker run                  -
gh workflow run x                                   run          gh workflow run             -
gh issue view 7 x                                   probe        gh issue view               7 x
aws ec2 describe-instances x                        probe        aws ec2 describe-instances  x
aws s3 ls b                                         probe        aws s3 ls                   b
"""
GIT = """
git                            vcs    git                      -
git -C a push                  vcs    git push                 -
git -c x=y commit -m z         vcs    git commit               -
git --no-pager log -5          probe  git log                  -
git --git-dir x status         vcs    git status               -
git --work-tree x rm a         vcs    git rm                   ./a
git rebase --continue          vcs    git rebase               -
git rebase --quit              vcs    git rebase --abort       -
git cherry-pick --abort        vcs    git cherry-pick --abort  -
git merge x --abort            vcs    git merge --abort        -
git merge x                    vcs    git merge                x
git show HEAD:a/b.py           probe  look                     b.py
git show abc HEAD:b.py         probe  look                     abc b.py
git show -s abc                probe  git show                 abc
git show abc                   probe  git show                 abc
git diff a.py b.py             probe  git diff                 a.py b.py
git log -5                     probe  git log                  -
git config a.b c               vcs    git config               a.b
git config a.b c d             vcs    git config               a.b
git config --get a.b           probe  git config               a.b
git config --list              probe  git config               -
git config -l                  probe  git config               -
git config get a.b             probe  git config               get
git config list                probe  git config               list
git config a.b                 probe  git config               a.b
git config --global a.b        probe  git config               a.b
git config --unset a.b         vcs    git config               a.b
git config --edit              vcs    git config               -
git config -e                  vcs    git config               -
git config                     vcs    git config               -
git remote                     probe  git remote               -
git remote -v                  probe  git remote               -
git remote show                probe  git remote show          -
git remote show o              probe  git remote show          o
git remote add o u             vcs    git remote add           o u
git remote set-url o u         vcs    git remote add           o u
git worktree list              probe  git worktree list        -
git worktree add ../x          vcs    git worktree add         ../x
git submodule status           probe  git submodule status     -
git submodule update           vcs    git submodule update     -
git submodule                  vcs    git submodule            -
git bisect start x             vcs    git bisect start         x
git lfs pull                   vcs    git lfs pull             -
git stash                      vcs    git stash                -
git stash pop                  vcs    git stash pop            -
git stash list                 vcs    git stash list           -
git stash foo                  vcs    git stash                -
git stash -u                   vcs    git stash                -
git switch x                   vcs    git checkout             x
git checkout -b x              vcs    git checkout             x
git commit -m x                vcs    git commit               -
git add a b                    vcs    git add                  ./a ./b
git rm a                       vcs    git rm                   ./a
git push o x                   vcs    git push                 -
git ls-files a                 probe  git ls-files             a
git reset --hard               vcs    git reset                -
git config --edit a.b          vcs    git config               a.b
git config -e a.b              vcs    git config               a.b
git config --remove-section a  vcs    git config               a
git config --list x y          probe  git config               x
git config set a.b             vcs    git config               set
git remote rename o p          vcs    git remote rename        o p
git worktree list x            probe  git worktree list        x
git worktree                   vcs    git worktree             -
git stash drop x               vcs    git stash drop           -
git mv a b                     vcs    git mv                   ./a ./b
git blame a.py                 probe  git blame                a.py
git show                       probe  git show                 -
git show a:b.py c:d.py         probe  look                     b.py d.py
git log --oneline a.py         probe  git log                  a.py
git rebase --abort             vcs    git rebase --abort       -
git rebase main                vcs    git rebase               main
git switch -c x                vcs    git checkout             x
git checkout -- a.py           vcs    git checkout             a.py
git -C                         vcs    git                      -
git add -- a                   vcs    git add                  ./a
"""
STARTED = """
python a.py x                 run          script          ./a.py
python -u a.py                run          script          ./a.py
python3 -c print(1)           probe        python -c       =print(1)
python3 -c x()                run          python -c       =x()
python -m pytest a.py         check test   pytest          ./a.py
python -X dev -m pytest a.py  check test   pytest          ./a.py
python -W error -m pytest     check test   pytest          .
python x -m pytest            run          script          ./x
python run -m pytest          check test   pytest          .
coverage run -m pytest a.py   check test   pytest          ./a.py
coverage report -m            run          #coverage       report
py -3 -m pytest               check test   pytest          .
pypy3 -m pytest               check test   pytest          .
python -B -m mypy a.py        check type   mypy            ./a.py
python test_a.py              check test   script          ./test_a.py
python tests/check_a.py b     check check  script          ./tests/check_a.py ?b
bash -c ls                    run          bash -c         =ls
bash x.sh                     run          script          ./x.sh
bash                          run          bash -c         =
sh -                          run          sh -c           =
node a.js                     run          script          ./a.js
node -e a()                   run          node -c         =a()
node -p process.version       run          node -c         =process.version
node test-a.js unit           check test   script          ./test-a.js ?unit
node test_a.js                check test   script          ./test_a.js
node lint.js 3                check lint   script          ./lint.js
ruby a.rb                     run          script          ./a.rb
php artisan test              check test   artisan test    .
php artisan migrate           run          #artisan        migrate
php artisan                   run          #artisan        -
php a.php                     run          script          ./a.php
artisan test                  check test   artisan test    .
./artisan test                check test   artisan test    .
./gradlew test                check test   gradlew test    .
./mvnw verify                 check test   mvnw verify     .
./run.sh                      run          script          ./run.sh
./manage.py test              check test   manage.py test  .
python manage.py test a       check test   manage.py test  .
python manage.py migrate      run          script          ./manage.py
tools/go                      run          go              -
tools/mypy a.py               check type   mypy            ./a.py
bin/tool x                    run          #tool           x
./bin/tool x                  run          script          ./bin/tool
npx jest a.js                 check test   jest            ./a.js
npx -y eslint a.js            check lint   eslint          ./a.js
uv run pytest                 check test   pytest          .
uv run a.py                   run          script          ./a.py
uv run -- ruff check          check lint   ruff            .
uv sync pytest                run          uv sync         -
poetry run mypy a.py          check type   mypy            ./a.py
poetry mypy a.py              run          poetry mypy     -
pnpm eslint a.js              check lint   eslint          ./a.js
pnpm exec eslint a.js         check lint   eslint          ./a.js
pnpm dlx eslint a.js          check lint   eslint          ./a.js
pnpm build                    check build  pnpm build      .
pnpm cargo test               check test   cargo test      .
pnpm cargo run                run          pnpm cargo      -
pnpm a.js                     run          pnpm a.js       -
yarn jest                     check test   jest            .
yarn playwright test          check test   playwright      .
bun vitest                    check test   vitest          .
bun x vitest                  check test   vitest          .
npm x vitest                  check test   vitest          .
npm exec -- vitest            check test   vitest          .
npm vitest                    check test   npm vitest      .
mise exec node -- vitest      check test   script          vitest
mise x -- vitest              check test   vitest          .
bundle exec rspec             check test   rspec           .
dotenv run pytest             check test   pytest          .
sudo -u a pytest              check test   pytest          .
time pytest                   check test   pytest          .
env A=1 pytest                check test   pytest          .
timeout 5 pytest              check test   pytest          .
if pytest                     check test   pytest          .
xargs pytest                  check test   pytest          .
pip3 list                     probe        pip list        -
pip3.11 list                  probe        pip list        -
ruby3.2 a.rb                  run          script          ./a.rb
node20 a.js                   run          script          ./a.js
pytest.exe -q                 check test   pytest          .
npm.cmd test                  check test   npm test        .
./gradlew.bat assembleDebug   check build  gradlew assembleDebug  .
flutter pub get               run          flutter pub get  -
flutter pub add x             run          flutter pub add  -
terraform state rm x          run          terraform state rm  -
npx prisma db push            run          prisma db push  -
cargo publish test            run          cargo publish   -
in_docker.sh 'make lib'       run          make lib        -
in_docker.sh 'pytest -q'      check test   pytest          .
in_docker.sh 'git push'       vcs          git push        -
in_docker.sh 'ls a'           run          script          ./in_docker.sh
in_docker.sh 'make lib; ls'   run          script          ./in_docker.sh
in_docker.sh make lib         run          script          ./in_docker.sh
say_to_agent.sh 'make lib'    run          script          ./say_to_agent.sh
exec_agent.sh 'make lib'      run          script          ./exec_agent.sh
go.sh 'make lib'              run          script          ./go.sh
in_docker.txt 'make lib'      run          #in_docker.txt  -
run.sh 'cargo test'           check test   cargo test      .
run.sh 'cargo run'            run          script          ./run.sh
python -c x()                 run          python -c       =x()
python a.py -c                run          python -c       =
bash a b c d -c x             run          script          ./a
bash a b c -c x               run          bash -c         =x
node --eval a()               run          node -c         =a()
node --print a                run          node -c         =a
perl -ne print a.txt          run          perl -c         =print
perl -pe s/a/b/ a.txt         run          perl -c         =s/a/b/
ruby -e puts(1)               run          ruby -c         =puts(1)
python test-a.py              check test   script          ./test-a.py
python a.tests.py             check test   script          ./a.tests.py
python tests.py               check test   script          ./tests.py
python mytest.py              run          script          ./mytest.py
node a/test_b.js run-all      check test   script          ./a/test_b.js ?run-all
node a/lint.js ab1            check lint   script          ./a/lint.js
node a/lint.js -x             check lint   script          ./a/lint.js
go.exe test                   check test   go test         .
C:\\Python\\python.exe a.py   run          script          ./a.py
pnpm cargo                    run          pnpm cargo      -
pnpm cargo test x             check test   cargo test      . ?x
yarn run jest                 check test   yarn jest       .
pnpm run eslint               check lint   pnpm eslint     .
uv run                        run          uv run          -
uv                            run          uv              -
poetry run                    run          poetry run      -
uv run a                      run          #a              -
php artisan x                 run          #artisan        x
coverage run a.py             run          #coverage       -
python -X                     run          python -c       =
python -O -m                  run          python -c       =
python -m a.b                 run          #a.b            -
python a -X                   run          script          ./a
A=1 a.sh                      run          script          ./a.sh
./a                           run          script          ./a
./a/b.sh                      run          script          ./a/b.sh
a/./b                         run          #b              -
xargs                         run          shell           =xargs
sudo                          run          shell           =sudo
time                          run          shell           =time
npx                           run          shell           =npx
nice -n 5 a.sh 7              run          script          ./a.sh
run_it.sh 'git'               vcs          git             -
run_it.sh 'make'              check build  make            .
run_it.sh 'pytest' x          run          script          ./run_it.sh
with_env.sh "npm run build"   check build  npm build       .
run_claude.sh 'pytest'        run          script          ./run_claude.sh
notify.sh 'pytest'            run          script          ./notify.sh
run.sh '$X pytest'            run          script          ./run.sh
run.sh 'cargo test > a'       run          script          ./run.sh
"""


@each_row(("command", *("kind", "families", "targets")), rows(PROGRAMS + GIT.lstrip() + STARTED.lstrip()))
def test_what_a_program_does_and_to_what(command, kind, families, targets):
    assert told(command) == [kind, families, targets]


@each_row(
    ("command", "runner"),
    [
        ("cargo test", "cargo test"),  # another summary than the rest of cargo prints
        ("cargo build", "cargo"),
        ("go test ./...", "go test"),
        ("go vet ./...", "go"),
        ("mix test", "mix"),
        ("mix format a.ex", "format"),
        ("mix credo", "credo"),
        ("mix dialyzer", "dialyzer"),
        ("npm run format", "npm"),
        ("pytest -q", "pytest"),
        ("./check.sh", "?"),
        ("docker compose build", "docker-compose"),
    ],
)
def test_whose_summary_a_check_prints(command, runner):
    assert of_command(command, HOME, HOME, is_after=False).main.runner == runner


@each_row(
    "command",
    [
        'Rscript -e \'key <- "Zq9xKp/Rt7wLm"; testthat::test_file("a.R")\'',
        'python3 -c \'k = "Zq9xKp/Rt7wLm.py"; import pytest; pytest.main(["a.py"])\'',
        "julia -e 'k = \"Zq9xKp/Rt7wLm\"; using Pkg; Pkg.test()'",
    ],
)
def test_of_code_of_one_line_only_the_scripts_that_are_tested_are_named(command):
    part = of_command(command, HOME, HOME, is_after=False).main
    assert part.kind == "check"
    assert "Zq9xKp" not in str(part.facts())
